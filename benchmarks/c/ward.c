/* The ward in C, on the very tables of the Python model and with the same keyed chance.

   A yardstick for speed: how fast the same ward runs in a language made for speed, and a second,
   independent telling of the rules, which must end with the same bytes. Functions bear the names of the
   behaviours in sim/agents and sim/ward and stand in the order in which they call each other.

   Left out are the mechanisms that benchmarks/left_out.py lists; the scenario switches them off.

   layout.h is written from the NumPy layouts of the model's tables. */

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "layout.h"

/* ---- sim/state/chance.py: Philox4x32-10 ---- */

typedef struct {
    uint64_t seed;
    int64_t tick;
} Chance;

typedef struct {
    double of[4];
} Luck;

static inline Luck luck(Chance chance, int64_t block, int64_t identity, int64_t index)
{
    uint32_t c0 = (uint32_t)identity, c1 = (uint32_t)((uint64_t)identity >> 32);
    uint32_t c2 = (uint32_t)chance.tick, c3 = (uint32_t)(block * 65536 + index);
    uint32_t k0 = (uint32_t)chance.seed, k1 = (uint32_t)(chance.seed >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    const double unit = 1.0 / 4294967296.0;
    return (Luck){{c0 * unit, c1 * unit, c2 * unit, c3 * unit}};
}

/* ---- what everybody on one ward shares ---- */

typedef int64_t Stages[STAGES_COUNT];
typedef Stages Funnel[ERRORS_COUNT][SOURCES_COUNT]; /* of one mode of care */

typedef struct {
    Ward *ward;
    int64_t index;
    Staff *nurses, *doctors, *pharmacists, *manager;
    int64_t nurse_count, doctor_count, pharmacist_count;
    Patient *beds;
    int64_t bed_count;
    Funnel *funnel;     /* by mode */
    True *happened;     /* by mode */
    Observed *observed; /* by mode */
    Staffing *staffing;
    Lead *role;
} Bay;

enum { NOBODY = -1, NO_PLACE = -1, FULL = -1, NO_SHIFT = -1 };
enum { NOT_MADE = -1, NO_OPTION = -1, NO_TRIAL = -1, NOT_BEGUN = -2 };
enum { SILENT, SAID_IN_VAIN, ACTED_ON };
enum { FIRST_ORDER = 2, FIRST_BED_INDEX = 2 }; /* above the two tasks of a tick */
enum { MOST_ARRIVALS = 15, EPISODES = 32 };
enum { EVERY_ELEMENT = (1 << ELEMENTS_OF_TREATMENT) - 1 };

static const double GOLDEN = 0.6180339887498949;

static inline double least(double a, double b) { return a < b ? a : b; }
static inline double most(double a, double b) { return a > b ? a : b; }
static inline int64_t earlier(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

/* ---- sim/agents/voice.py ---- */

static inline double status_gap(double own, double others) { return most(0.0, others - own); }

static inline double chance_to_speak(double worth, double cost, const Settings *p)
{
    return 1.0 / (1.0 + exp((cost - worth) / p->voice.temper));
}

static double fear_of(const Staff *person, const Staff *hearer, const Settings *p)
{
    double cost = p->voice.fear * (1.0 - person->voice_is_safe);
    if (p->on.status)
        cost += p->voice.status_weighs * status_gap(person->status, hearer->status) * (1.0 - hearer->inviting);
    return cost;
}

static double cost_of_voice(const Staff *person, const Staff *hearer, const Settings *p)
{
    double cost = fear_of(person, hearer, p);
    if (person->hurried || hearer->hurried || hearer->away)
        cost += p->voice.busy_weighs;
    return cost;
}

static bool speaks_up(const Staff *person, const Staff *hearer, double stake, const Settings *p, double draw)
{
    if (!p->on.voice)
        return false;
    return draw < chance_to_speak(stake * person->voice_is_acted_on, cost_of_voice(person, hearer, p), p);
}

static bool files_report(const Staff *person, const Staff *manager, const Settings *p, double draw)
{
    if (!p->on.reporting || !p->on.voice)
        return false;
    double cost = fear_of(person, manager, p) + p->voice.report_takes;
    if (person->hurried)
        cost += p->voice.busy_weighs;
    return draw < chance_to_speak(p->voice.stake_in_report * person->voice_is_acted_on, cost, p);
}

static int answers(const Staff *hearer, const Settings *p, double draw)
{
    double welcome = hearer->inviting;
    if (hearer->hurried)
        welcome *= 1.0 - p->voice.hurry_curtails;
    if (draw < welcome)
        return WELCOMED;
    return draw < welcome + (1.0 - welcome) * p->voice.rebuffs ? REBUFFED : IGNORED;
}

static bool heeds(int answer, const Settings *p, double draw) { return draw < p->voice.heeded[answer]; }

static void hears_answer(Staff *person, int answer, int64_t percent, const Settings *p)
{
    person->safety_heard += percent;
    person->safety_felt += percent * (int64_t)(100.0 * p->voice.feels[answer] + 0.5);
}

static void sees_action(Staff *person, bool acted_on, int64_t percent)
{
    person->action_heard += percent;
    if (acted_on)
        person->action_seen += percent;
}

/* Beliefs are fixed here, so before the next task what was met is only put aside. */
static void forgets_answers(Staff *person)
{
    person->safety_heard = 0;
    person->safety_felt = 0;
    person->action_heard = 0;
    person->action_seen = 0;
}

/* ---- sim/ward/voice.py ---- */

static int raises_concern(Staff *person, Staff *hearer, double stake, int64_t event, int64_t index, True *counts,
                          const Settings *p, Chance chance)
{
    Luck draws = luck(chance, VOICE, event, index);
    person->occasions += 1;
    if (!speaks_up(person, hearer, stake, p, draws.of[SPEAKS])) {
        counts->silences += 1;
        return SILENT;
    }
    person->spoken += 1;
    counts->concerns += 1;
    person->interrupting += 1;
    hearer->interrupting += 1;
    int answer = answers(hearer, p, draws.of[ANSWERED]);
    bool acted_on = heeds(answer, p, draws.of[IS_HEEDED]);
    counts->answers[answer] += 1;
    hears_answer(person, answer, 100, p);
    sees_action(person, acted_on, 100);
    return acted_on ? ACTED_ON : SAID_IN_VAIN;
}

/* ---- sim/agents/staff.py ---- */

static int poisson(double rate, double draw, int limit)
{
    double term = exp(-rate), total = term;
    int number = 0;
    while (draw >= total && number < limit) {
        number += 1;
        term = term * rate / number;
        total += term;
    }
    return number;
}

static void puts_work_down(Staff *person)
{
    person->task[0] = -1;
    person->task[1] = -1;
    person->interruptions = 0;
    person->hurried = 0;
}

static double weighs(const Staff *person, const Patient *patient, int64_t kind, int64_t bed, const Ward *ward,
                     double taste, const Settings *p, Chance chance)
{
    double late = (double)(chance.tick - patient->due[kind]) / (p->work.interval[kind] * TICKS_PER_HOUR);
    double spread = taste + GOLDEN * (double)(bed * 16 + kind);
    double noise = p->work.taste * (spread - floor(spread));
    if (!p->on.goal_weights)
        return late + noise;
    double urgency = p->work.urgency[kind];
    if (patient->recognised && (kind == OBSERVATION || kind == RESPONSE))
        urgency += p->work.sick_urgency;
    double counts = ward->queue > 0 ? p->work.counts_for_target[kind] : 0.0;
    return person->weights[OUTCOME] * urgency * (1.0 + late) +
           (person->weights[TIMELINESS] + person->pressure) * counts +
           person->weights[THROUGHPUT] * p->work.frees_bed[kind] + person->weights[STANDARD] * least(late, 2.0) + noise;
}

static bool hurries(const Staff *person, const Settings *p)
{
    return p->on.hurry && (double)person->waiting >= p->work.hurry_at;
}

static double fatigue_now(const Staff *person, const Settings *p, Chance chance)
{
    if (!p->on.fatigue)
        return 0.0;
    double hours = (double)(chance.tick - person->shift_began) / TICKS_PER_HOUR;
    return least(1.0, person->tiredness + p->work.tires * hours);
}

static double tiredness_after_rest(const Staff *person, const Settings *p, Chance chance)
{
    double hours_off = (double)later(0, chance.tick - person->shift_ends) / TICKS_PER_HOUR;
    return person->fatigue * exp(-hours_off / p->work.rest_hours);
}

static double skill_now(const Staff *person, const Settings *p)
{
    return person->cover ? person->skill * p->staffing.cover_skill : person->skill;
}

static bool is_elsewhere(const Staff *person, Chance chance)
{
    if (person->presence >= 1.0)
        return false;
    return luck(chance, SHIFT, person->identity, 1).of[IS_ELSEWHERE] >= person->presence;
}

static int64_t interruptions_now(const Staff *person, const Settings *p, double draw)
{
    if (!p->on.interruptions)
        return 0;
    double rate = p->work.interruption_rate + p->work.interruption_by_load * (double)person->waiting;
    return person->interrupting + poisson(rate, draw, 5);
}

static bool is_taken_up(Staff *person)
{
    if (person->engaged == 0)
        return false;
    person->engaged -= 1;
    return true;
}

static void chooses_tasks(Staff *person, const Patient *beds, const Ward *ward, const Settings *p, Chance chance)
{
    if (!person->on_shift)
        return;
    forgets_answers(person);
    puts_work_down(person);
    person->fatigue = fatigue_now(person, p, chance);
    person->away = is_elsewhere(person, chance);
    if (person->away || is_taken_up(person))
        return;
    Luck draws = luck(chance, CHOICE, person->identity, 0);
    person->interruptions = interruptions_now(person, p, draws.of[INTERRUPTED]);
    person->interrupting = 0;
    int64_t waiting = 0;
    double best = -1.0, second = -1.0;
    for (int64_t bed = person->first_bed; bed < person->end_bed; bed++) {
        const Patient *patient = &beds[bed];
        if (patient->place != BED)
            continue;
        for (int64_t kind = FIRST_TASK[person->grade]; kind < END_TASK[person->grade]; kind++) {
            if (patient->due[kind] > chance.tick)
                continue;
            waiting += 1;
            double weight = weighs(person, patient, kind, bed, ward, draws.of[TASTE], p, chance);
            if (weight > best) {
                second = best;
                person->task[1] = person->task[0];
                person->bed[1] = person->bed[0];
                best = weight;
                person->task[0] = kind;
                person->bed[0] = bed;
            } else if (weight > second) {
                second = weight;
                person->task[1] = kind;
                person->bed[1] = bed;
            }
        }
    }
    person->waiting = waiting;
    person->hurried = hurries(person, p);
    if (!person->hurried)
        person->task[1] = -1;
    if (draws.of[CHECKS_SLOWLY] < p->leadership.wary_takes * person->wary)
        person->engaged += 1;
}

static bool notices(const Staff *person, const Settings *p, double draw)
{
    double sharpness = person->hurried ? p->errors.hurried_notices : 1.0;
    sharpness *= 1.0 + p->leadership.engaged_notice * (person->engagement - p->leadership.engagement);
    return draw < p->errors.colleague_notices * sharpness;
}

static bool checks_own_work(const Staff *person, int error, const Settings *p, double draw)
{
    if (!p->on.own_check || person->hurried)
        return false;
    double catches = p->errors.own_check[error];
    return draw < catches + (1.0 - catches) * p->leadership.wary_checks * person->wary;
}

static bool asks_back(const Settings *p, double draw) { return draw < p->work.asks_back; }

/* ---- sim/agents/doctor.py, nurse.py, pharmacist.py, manager.py ---- */

static int64_t own_view(const Staff *person, int64_t best, const Settings *p, double right, double other)
{
    double full = person->profession == NURSE ? p->modes.nurse_sees : p->modes.doctor_sees;
    double by_chance = 1.0 / p->modes.options;
    if (right < by_chance + (full - by_chance) * skill_now(person, p))
        return best;
    int64_t others = (int64_t)p->modes.options - 1;
    return (best + 1 + (int64_t)(other * (double)others)) % (others + 1);
}

static bool starts_with_protocol(const Staff *doctor, const Settings *p, double draw)
{
    return draw < p->modes.starts_on_protocol * (1.5 - doctor->habit);
}

static bool seems_slow(double effect, const Settings *p, double draw)
{
    return effect + p->modes.progress_noise * (2.0 * draw - 1.0) < p->modes.slow_below;
}

static bool reconsiders(const Staff *doctor, const Settings *p, double draw)
{
    return draw < p->modes.reconsiders * skill_now(doctor, p);
}

static double reads_response(double effect, const Settings *p, double draw)
{
    return effect + p->modes.reading_noise * (2.0 * draw - 1.0);
}

static bool is_content(double response, const Settings *p) { return response >= p->modes.good_enough; }

/* No pressure bends what is enough. */
static bool is_fit_to_leave(const Patient *patient) { return patient->recovery_left <= 0.0 && !patient->recognised; }

static bool sees_deterioration(const Patient *patient, const Settings *p, double draw)
{
    return !patient->misread && draw < p->errors.sees_deterioration[patient->state];
}

static bool follows_pathway(const Staff *nurse, const Patient *patient, const Ward *ward, const Settings *p,
                            double draw)
{
    double chance_to_follow = p->modes.design_floor + (1.0 - p->modes.design_floor) * ward->pathway_design;
    if (nurse->hurried)
        chance_to_follow *= 1.0 - p->modes.hurry_departs;
    if (p->on.habit)
        chance_to_follow *= 1.0 - p->modes.habit_departs * nurse->habit;
    if (patient->boarded)
        chance_to_follow *= p->modes.boarders_step;
    return draw < chance_to_follow;
}

static bool questions_order(const Staff *nurse, const Settings *p, double draw)
{
    return p->on.order_check && !nurse->hurried && draw < p->errors.nurse_catches;
}

static bool finds_wrong_order(const Settings *p, double draw)
{
    return p->on.order_check && draw < p->errors.pharmacist_catches;
}

static double weighs_admission(const Staff *manager, const Patient *patient, int at_home, const Settings *p,
                               Chance chance)
{
    double wait = (double)(chance.tick - patient->arrived) / (p->flow.deadline * TICKS_PER_HOUR);
    if (!p->on.goal_weights)
        return wait;
    double urgency = (double)patient->urgency / EMERGENCY + (patient->state > STABLE ? 1.0 : 0.0);
    return manager->weights[OUTCOME] * urgency + manager->weights[TIMELINESS] * least(wait, 1.0) +
           manager->weights[STANDARD] * at_home + 0.01 * wait;
}

static bool boards_elsewhere(const Patient *patient, bool home_has_bed, const Settings *p, Chance chance)
{
    if (!p->on.boarding || home_has_bed)
        return false;
    return (double)(chance.tick - patient->arrived) >= p->flow.boards_after * TICKS_PER_HOUR;
}

static bool books_cover(const Staff *manager, double missing_share, const Settings *p)
{
    double care = (manager->weights[OUTCOME] + manager->weights[STANDARD]) * missing_share;
    return care > manager->weights[THROUGHPUT] * p->staffing.cover_price;
}

/* ---- sim/ward/tasks.py ---- */

static void plan(Patient *patient, int64_t kind, int64_t tick, True *counts)
{
    if (patient->due[kind] == NEVER) {
        counts->due[kind] += 1;
        patient->due[kind] = tick;
    } else if (tick < patient->due[kind]) {
        patient->due[kind] = tick;
    }
}

static void plan_next(Patient *patient, int64_t kind, const Settings *p, Chance chance, True *counts)
{
    plan(patient, kind, chance.tick + (int64_t)(p->work.interval[kind] * TICKS_PER_HOUR), counts);
}

static void finish(Patient *patient, int64_t kind, True *counts)
{
    patient->due[kind] = NEVER;
    counts->done[kind] += 1;
}

static void leave_undone(Patient *patient, int64_t kind, const Settings *p, Chance chance, True *counts)
{
    patient->due[kind] = NEVER;
    counts->undone[kind] += 1;
    plan_next(patient, kind, p, chance, counts);
}

static void forget(Patient *patient, int64_t kind, const Settings *p, Chance chance, True *counts)
{
    patient->due[kind] = NEVER;
    counts->forgotten[kind] += 1;
    plan_next(patient, kind, p, chance, counts);
}

static void lapse(Patient *patient, True *counts)
{
    for (int kind = 0; kind < TASKS_COUNT; kind++)
        if (patient->due[kind] != NEVER) {
            patient->due[kind] = NEVER;
            counts->lapsed[kind] += 1;
        }
}

static void clear_plan(Patient *patient)
{
    for (int kind = 0; kind < TASKS_COUNT; kind++)
        patient->due[kind] = NEVER;
}

/* ---- sim/ward/harm.py ---- */

static double exponential(double mean, double draw) { return -mean * log(1.0 - draw); }

static void suffers(Patient *patient, double hours)
{
    patient->harm += hours;
    patient->recovery_left = most(0.0, patient->recovery_left) + hours;
    patient->fit_since = -1;
    patient->letter_done = 0;
}

static void suffers_preventable(Patient *patient, double hours, True *counts)
{
    suffers(patient, hours);
    patient->preventable_events += 1;
    counts->preventable_events += 1;
}

static void suffers_misfortune(Patient *patient, double hours, True *counts)
{
    suffers(patient, hours);
    patient->other_events += 1;
    counts->other_events += 1;
}

static bool error_harms(Patient *patient, int error, const Settings *p, Luck draws, True *counts)
{
    if (!p->on.harm || draws.of[HARMS] >= p->errors.harm_level * p->errors.harms[error])
        return false;
    suffers_preventable(patient, exponential(p->physiology.harm_hours, draws.of[HOW_BAD]), counts);
    return true;
}

static bool omission_harms(Patient *patient, int64_t kind, const Settings *p, Luck draws, True *counts)
{
    if (!p->on.harm || draws.of[OMISSION_HARMS] >= p->errors.harm_level * p->errors.omission_harms[kind])
        return false;
    suffers_preventable(patient, exponential(p->physiology.harm_hours, draws.of[OMISSION_SIZE]), counts);
    counts->harmful_omissions += 1;
    return true;
}

/* ---- sim/ward/hazards.py: nothing is patched, taken up or mended ---- */

static int64_t hazards_alive(const Ward *ward)
{
    int64_t alive = 0;
    for (int kind = 0; kind < FED_BY_HAZARDS_COUNT; kind++)
        alive += ward->hazards[FED_BY_HAZARDS[kind]];
    return alive;
}

static int64_t first_free(const Ward *ward)
{
    for (int64_t place = 0; place < MOST_HAZARDS; place++)
        if (ward->hazard_kind[place] == NO_HAZARD)
            return place;
    return NO_PLACE;
}

static double visibility(double size, double draw, const Settings *p)
{
    double tied = fabs(p->errors.size_shows);
    if (draw < tied)
        return p->errors.size_shows > 0.0 ? size : 1.0 - size;
    return (draw - tied) / (1.0 - tied);
}

static int arises(Ward *ward, int64_t kind, const Settings *p, Chance chance)
{
    int64_t place = first_free(ward);
    if (place == NO_PLACE)
        return 0;
    Luck draws = luck((Chance){chance.seed, 0}, NEW_HAZARD, ward->identity, ward->hazards_ever);
    ward->hazards_ever += 1;
    ward->hazard_kind[place] = kind;
    ward->hazard_size[place] = exponential(1.0, draws.of[HAZARD_SIZE]);
    ward->hazard_visible[place] = visibility(draws.of[HAZARD_SIZE], draws.of[HAZARD_VISIBLE], p);
    ward->hazard_known[place] = 0;
    ward->hazard_patched_until[place] = 0;
    ward->hazards[kind] += 1;
    return 1;
}

static void counts_load(Ward *ward, Chance chance)
{
    for (int kind = 0; kind < FED_BY_HAZARDS_COUNT; kind++)
        ward->hazard_load[FED_BY_HAZARDS[kind]] = 0.0;
    for (int64_t place = 0; place < MOST_HAZARDS; place++)
        if (ward->hazard_kind[place] != NO_HAZARD && ward->hazard_patched_until[place] <= chance.tick)
            ward->hazard_load[ward->hazard_kind[place]] += ward->hazard_size[place];
}

static int64_t nth_hazard(const Ward *ward, int64_t number)
{
    for (int64_t place = 0; place < MOST_HAZARDS; place++) {
        if (ward->hazard_kind[place] == NO_HAZARD)
            continue;
        if (number == 0)
            return place;
        number -= 1;
    }
    return NO_PLACE;
}

static int64_t culprit(const Ward *ward, int64_t kind, double draw, int64_t tick)
{
    double target = draw * ward->hazard_load[kind];
    int64_t last = NO_PLACE;
    for (int64_t place = 0; place < MOST_HAZARDS; place++) {
        if (ward->hazard_kind[place] != kind || ward->hazard_patched_until[place] > tick)
            continue;
        last = place;
        target -= ward->hazard_size[place];
        if (target < 0.0)
            return place;
    }
    return last;
}

static void removes_hazard(Ward *ward, int64_t place)
{
    ward->hazards[ward->hazard_kind[place]] -= 1;
    ward->hazard_kind[place] = NO_HAZARD;
}

static void hazards_arise_and_go(Ward *ward, Staffing *staffing, const Settings *p, Chance chance)
{
    if (!p->on.latent_hazards)
        return;
    Luck draws = luck(chance, DECAY, ward->identity, 0);
    double alive = (double)hazards_alive(ward);
    double going = alive * p->errors.hazards_go / 24.0;
    if (draws.of[HAZARD_GOES] < going) {
        removes_hazard(ward, nth_hazard(ward, (int64_t)(draws.of[HAZARD_GOES] / going * alive)));
        staffing->hazards_gone += 1;
    }
    if (draws.of[HAZARD_ARISES] < p->errors.hazards_arise / 24.0) {
        int64_t kind = FED_BY_HAZARDS[(int)(draws.of[WHICH_HAZARD] * FED_BY_HAZARDS_COUNT)];
        staffing->hazards_arisen += arises(ward, kind, p, chance);
    }
    counts_load(ward, chance);
}

/* ---- sim/ward/improvement.py: nobody is told of a hazard ---- */

static void meets_hazard(Staff *person, int64_t place, int64_t index, const Ward *ward, True *counts,
                         const Settings *p, Chance chance)
{
    counts->failures_met += person->profession == NURSE;
    double draw = luck(chance, WORKPLACE, person->identity, index).of[SEES_HAZARD];
    if (draw < p->voice.sees_hazard * 2.0 * ward->hazard_visible[place])
        if (!person->cover)
            person->unsaid = place + 1;
}

/* ---- sim/ward/observers.py ---- */

static void watches_dose(const Staff *nurse, bool is_wrong, int64_t turn, Observed *seen, const Settings *p,
                         Chance chance)
{
    int64_t interruptions = earlier(nurse->interruptions, TIMES_INTERRUPTED - 1);
    seen->doses_watched += 1;
    seen->doses_interrupted[interruptions] += 1;
    if (is_wrong && luck(chance, WATCHING, nurse->identity, turn).of[WATCHER_SEES] < p->observers.watcher_sees) {
        seen->doses_seen_wrong += 1;
        seen->doses_interrupted_wrong[interruptions] += 1;
    }
}

static int64_t attributed_stay(const Patient *patient, Chance chance)
{
    double stay = (double)(chance.tick - patient->admitted);
    return (int64_t)(stay * patient->harm / (patient->recovery_needed + patient->harm));
}

static void reviews_chart(const Patient *patient, Observed *seen, const Settings *p, Chance chance)
{
    seen->charts_reviewed += 1;
    Luck draws = luck(chance, CHART, patient->identity, 0);
    double finds = p->observers.chart_finds_event;
    bool preventable = patient->preventable_events > 0 && draws.of[CHART_FINDS_PREVENTABLE] < finds;
    bool other = patient->other_events > 0 && draws.of[CHART_FINDS_OTHER] < finds;
    if (!preventable && !other)
        return;
    seen->charts_with_event += 1;
    seen->charts_extra_stay += attributed_stay(patient, chance);
    seen->charts_reported += patient->reports_of_harm > 0;
    if (preventable == (draws.of[CHART_JUDGES] < p->observers.chart_judges_right))
        seen->charts_preventable += 1;
}

static void looks_for_incident(const Patient *patient, int64_t index, bool harmed, bool reported, Observed *seen,
                               const Settings *p, Chance chance)
{
    double finds = harmed ? p->observers.chart_finds_event : p->observers.chart_finds_harmless;
    if (reported || luck(chance, REPORT, patient->identity, index).of[CHART_FINDS_INCIDENT] < finds) {
        seen->incidents_found += 1;
        seen->incidents_reported += reported;
    }
}

static void looks_for_wrong_order(const Staff *doctor, int64_t index, Observed *seen, const Settings *p,
                                  Chance chance)
{
    if (luck(chance, WATCHING, doctor->identity, index).of[STUDY_FINDS_ERROR] < p->observers.study_finds_error)
        seen->medication_errors_found += 1;
}

static void looks_for_wrong_dose(const Staff *nurse, int error, int64_t index, bool harmed, Observed *seen,
                                 const Settings *p, Chance chance)
{
    if (error != DOSE_SLIP && error != PRESCRIBING_MISTAKE)
        return;
    Luck draws = luck(chance, WATCHING, nurse->identity, index);
    bool by_harm = harmed && draws.of[STUDY_FINDS_HARM] < p->observers.chart_finds_event;
    bool by_itself = error == DOSE_SLIP && draws.of[STUDY_FINDS_ERROR] < p->observers.study_finds_error;
    if (by_harm || by_itself) {
        seen->medication_errors_found += 1;
        seen->medication_errors_harmed += by_harm;
    }
}

static void keeps_logbook(const Staff *nurse, Staffing *staffing, const Settings *p, Chance chance)
{
    if (nurse->profession != NURSE)
        return;
    int length = chance.tick - nurse->shift_began >= TICKS_OF_LONG_SHIFT ? LONG_SHIFT : SHORT_SHIFT;
    staffing->shifts_logged[length] += 1;
    if (nurse->own_errors == 0 || p->observers.logs_error >= 1.0) {
        staffing->shifts_with_error[length] += nurse->own_errors > 0;
        return;
    }
    double keeps_silent = exp((double)nurse->own_errors * log(1.0 - p->observers.logs_error));
    if (luck(chance, WATCHING, nurse->identity, 0).of[LOGS_ERROR] >= keeps_silent)
        staffing->shifts_with_error[length] += 1;
}

/* ---- sim/ward/errors.py ---- */

static double error_rate(const Staff *person, int error, const Settings *p)
{
    double rate = p->errors.rate[error] * (1.0 + p->errors.by_skill * (1.0 - skill_now(person, p)));
    rate *= 1.0 + p->errors.per_interruption * (double)person->interruptions;
    rate *= 1.0 + p->errors.by_fatigue * person->fatigue;
    if (person->hurried)
        rate *= 1.0 + p->errors.by_hurry;
    return least(1.0, rate);
}

static int makes_error(const Staff *person, int error, const Ward *ward, const Settings *p, Luck draws)
{
    if (p->on.slips && draws.of[SLIPS] < error_rate(person, error, p))
        return PERSON;
    if (p->on.latent_hazards && draws.of[FROM_HAZARD] < ward->hazard_load[error] * p->errors.hazard_feeds)
        return HAZARD;
    return NOT_MADE;
}

static int64_t event_key(int64_t identity, int64_t index) { return identity - identity % 65536 + index; }

static int64_t onlooker(int64_t identity) { return identity / 65536 % 65536; }

static double distance(const Staff *colleague, int64_t event, Chance chance)
{
    return luck(chance, WHEREABOUTS, event, onlooker(colleague->identity)).of[HOW_FAR];
}

/* The colleague who happens to be nearest, and in `how_far` the distance; 2.0 is farther than anybody. */
static int64_t nearest(const Staff *person, const Staff *colleagues, int64_t number, int64_t index, Chance chance,
                       double *how_far)
{
    int64_t found = NOBODY;
    int64_t event = event_key(person->identity, index);
    *how_far = 2.0;
    for (int64_t i = 0; i < number; i++) {
        const Staff *colleague = &colleagues[i];
        if (!colleague->on_shift || colleague->away || colleague->identity == person->identity)
            continue;
        double far = distance(colleague, event, chance);
        if (far < *how_far) {
            *how_far = far;
            found = i;
        }
    }
    return found;
}

static bool is_stopped_by(Staff *witness, Staff *person, int error, int64_t index, int64_t *stages, True *counts,
                          const Settings *p, Chance chance, double draw)
{
    if (!notices(witness, p, draw))
        return false;
    stages[NOTICED] += 1;
    int said = raises_concern(witness, person, p->voice.stake[error], person->identity, index, counts, p, chance);
    if (said == SILENT)
        return false;
    stages[SAID] += 1;
    if (said == SAID_IN_VAIN)
        return false;
    stages[STOPPED] += 1;
    person->own_errors += 1;
    return true;
}

static bool is_stopped(Staff *person, int error, int64_t index, const Bay *bay, int64_t *stages, True *counts,
                       const Settings *p, Chance chance, double own_draw)
{
    if (checks_own_work(person, error, p, own_draw)) {
        stages[NOTICED] += 1;
        stages[STOPPED] += 1;
        person->own_errors += 1;
        return true;
    }
    if (!p->on.colleague_check)
        return false;
    Luck draws = luck(chance, WITNESS, person->identity, index);
    if (draws.of[SOMEBODY_NEAR] >= p->errors.somebody_near)
        return false;
    double to_nurse, to_doctor;
    int64_t nurse = nearest(person, bay->nurses, bay->nurse_count, index, chance, &to_nurse);
    int64_t doctor = nearest(person, bay->doctors, bay->doctor_count, index, chance, &to_doctor);
    if (nurse == NOBODY && doctor == NOBODY)
        return false;
    Staff *witness = to_nurse < to_doctor ? &bay->nurses[nurse] : &bay->doctors[doctor];
    return is_stopped_by(witness, person, error, index, stages, counts, p, chance, draws.of[WITNESS_NOTICES]);
}

static int goes_wrong(Staff *person, const Patient *patient, int error, int64_t index, const Bay *bay, True *counts,
                      const Settings *p, Chance chance)
{
    Stages *stages = bay->funnel[patient->mode][error];
    stages[PERSON][CHANCES] += 1;
    Luck draws = luck(chance, WORK, person->identity, index);
    int source = makes_error(person, error, bay->ward, p, draws);
    if (source == NOT_MADE)
        return NOT_MADE;
    stages[source][MADE] += 1;
    if (source == HAZARD) {
        double of_load = draws.of[FROM_HAZARD] / (bay->ward->hazard_load[error] * p->errors.hazard_feeds);
        meets_hazard(person, culprit(bay->ward, error, of_load, chance.tick), index, bay->ward, counts, p, chance);
    }
    if (is_stopped(person, error, index, bay, stages[source], counts, p, chance, draws.of[CHECKS_OWN]))
        return NOT_MADE;
    return source;
}

static int64_t who_covers(int64_t bed, const Staff *people, int64_t number, int64_t grade)
{
    for (int64_t i = 0; i < number; i++) {
        const Staff *person = &people[i];
        if (person->on_shift && person->grade == grade && person->first_bed <= bed && bed < person->end_bed)
            return i;
    }
    return NOBODY;
}

static int64_t which_nurse_covers(int64_t bed, const Staff *nurses, int64_t number)
{
    for (int64_t i = 0; i < number; i++)
        if (nurses[i].on_shift && nurses[i].first_bed <= bed && bed < nurses[i].end_bed)
            return i;
    return NOBODY;
}

static bool is_recognised(bool harmed, const Settings *p, double draw)
{
    return draw < (harmed ? p->errors.recognises_harm : p->errors.recognises_harmless);
}

static void record_incident(Patient *patient, bool harmed, Observed *seen)
{
    patient->incident_reports += 1;
    seen->incident_reports += 1;
    if (harmed) {
        patient->reports_of_harm += 1;
        seen->reports_of_harm += 1;
    }
}

static void waits_for_action(Staff *person, const Patient *patient, int64_t index, const Settings *p, Chance chance)
{
    person->interrupting += 1;
    double acted_on = luck(chance, REPORT, patient->identity, index).of[REPORT_ACTED_ON];
    sees_action(person, acted_on < p->voice.report_acted_on, 100);
}

static void reaches_patient(Staff *person, Patient *patient, int error, int source, int64_t index, const Bay *bay,
                            True *counts, const Settings *p, Chance chance)
{
    int64_t *stages = bay->funnel[patient->mode][error][source];
    Observed *seen = &bay->observed[patient->mode];
    stages[REACHED] += 1;
    index += error * 256;
    Luck draws = luck(chance, CONSEQUENCE, patient->identity, index);
    bool harmed = error_harms(patient, error, p, draws, counts);
    if (harmed)
        stages[HARMED] += 1;
    looks_for_wrong_dose(person, error, index, harmed, seen, p, chance);
    bool recognised = is_recognised(harmed, p, draws.of[HARM_RECOGNISED]);
    bool reported = recognised && files_report(person, bay->manager, p, draws.of[HARM_REPORTED]);
    looks_for_incident(patient, index, harmed, reported, seen, p, chance);
    if (recognised) {
        stages[RECOGNISED] += 1;
        person->own_errors += 1;
    }
    if (reported) {
        stages[REPORTED] += 1;
        record_incident(patient, harmed, seen);
        person->reported = 1;
        bay->role->reports[error] += 1;
        waits_for_action(person, patient, index, p, chance);
    }
}

static void harm_comes_to_light(Staff *person, Patient *patient, int64_t index, double recognised_by,
                                double reported_by, const Bay *bay, const Settings *p, Chance chance)
{
    Observed *seen = &bay->observed[patient->mode];
    bool recognised = is_recognised(true, p, recognised_by);
    bool reported = recognised && files_report(person, bay->manager, p, reported_by);
    looks_for_incident(patient, index, true, reported, seen, p, chance);
    if (reported) {
        record_incident(patient, true, seen);
        waits_for_action(person, patient, index, p, chance);
    }
}

/* ---- sim/ward/repetitive.py: no pathway is set aside ---- */

static double pathway_effect(const Patient *patient, double quality, const Settings *p)
{
    double on_pathway = patient->fits_pathway ? quality : p->modes.misfit_effect;
    return patient->on_pathway * on_pathway + (1.0 - patient->on_pathway) * p->modes.off_pathway_effect;
}

static void remembers_step(Patient *patient, int followed, const Settings *p)
{
    patient->on_pathway += p->modes.step_memory * (followed - patient->on_pathway);
}

static void misses_step(Patient *patient, double quality, const Settings *p)
{
    if (patient->mode != REPETITIVE || !p->on.pathway)
        return;
    remembers_step(patient, 0, p);
    patient->effect = pathway_effect(patient, quality, p);
}

/* Whether she leaves the pathway for good: nobody brings her back, and it reaches the patient. */
static bool leaves_pathway(Staff *nurse, Patient *patient, int64_t turn, const Bay *bay, int64_t *stages, True *counts,
                           const Settings *p, Chance chance)
{
    stages[MADE] += 1;
    double own = luck(chance, STEPS, nurse->identity, turn).of[SEES_DEPARTURE];
    if (is_stopped(nurse, PATHWAY_DEPARTURE, DEPARTURE + turn, bay, stages, counts, p, chance, own))
        return false;
    reaches_patient(nurse, patient, PATHWAY_DEPARTURE, PERSON, turn, bay, counts, p, chance);
    return true;
}

static void takes_pathway_step(Staff *nurse, Patient *patient, int64_t turn, const Bay *bay, True *counts,
                               const Settings *p, Chance chance)
{
    double draw = luck(chance, CARE_MODE, nurse->identity, turn).of[FOLLOWS_PATHWAY];
    int followed = !p->on.pathway || follows_pathway(nurse, patient, bay->ward, p, draw);
    if (patient->fits_pathway) {
        int64_t *stages = bay->funnel[patient->mode][PATHWAY_DEPARTURE][PERSON];
        stages[CHANCES] += 1;
        if (!followed)
            followed = !leaves_pathway(nurse, patient, turn, bay, stages, counts, p, chance);
    }
    nurse->steps += 1;
    nurse->steps_followed += followed;
    counts->steps += 1;
    counts->steps_followed += followed;
    remembers_step(patient, followed, p);
}

static void does_step(Staff *nurse, Patient *patient, int64_t turn, const Bay *bay, True *counts, const Settings *p,
                      Chance chance)
{
    patient->step += 1;
    if (patient->mode != REPETITIVE)
        return;
    takes_pathway_step(nurse, patient, turn, bay, counts, p, chance);
    patient->effect = pathway_effect(patient, bay->ward->pathway_quality, p);
}

/* ---- sim/ward/constrained.py: without pooling, preferences and plans ---- */

static double option_effect(const Patient *patient, const Settings *p)
{
    return patient->option == patient->clinical_option ? 1.0 : p->modes.wrong_option_effect;
}

static bool is_reconsidered(Staff *doctor, const Patient *patient, int64_t turn, const Bay *bay, True *counts,
                            const Settings *p, Chance chance)
{
    if (!p->on.reconsideration)
        return false;
    Luck draws = luck(chance, CARE_MODE, doctor->identity, turn);
    if (!seems_slow(patient->effect, p, draws.of[READS_RESPONSE]))
        return false;
    if (reconsiders(doctor, p, draws.of[RECONSIDERS]))
        return true;
    int64_t nurse = which_nurse_covers(doctor->bed[turn], bay->nurses, bay->nurse_count);
    if (nurse == NOBODY || draws.of[NOTICES_SLOW] >= p->modes.notices_slow_progress)
        return false;
    return raises_concern(&bay->nurses[nurse], doctor, p->voice.stake[TREATMENT_MISTAKE], doctor->identity,
                          SLOW_PROGRESS + turn, counts, p, chance) == ACTED_ON;
}

static void chooses(const Staff *doctor, Patient *patient, int64_t turn, const Bay *bay, const Settings *p,
                    Chance chance)
{
    int64_t best = patient->clinical_option;
    patient->option = best;
    if (p->on.mistakes) {
        Luck draws = luck(chance, VIEW, doctor->identity, FIRST_BED_INDEX + doctor->bed[turn]);
        patient->option = own_view(doctor, best, p, draws.of[VIEW_IS_RIGHT], draws.of[WHICH_VIEW]);
    }
    int64_t *stages = bay->funnel[patient->mode][TREATMENT_MISTAKE][PERSON];
    stages[CHANCES] += 1;
    if (patient->option != best)
        stages[MADE] += 1;
}

static void reviews_choice(Staff *doctor, Patient *patient, int64_t turn, const Bay *bay, True *counts,
                           const Settings *p, Chance chance)
{
    if (patient->option != NO_OPTION) {
        if (!is_reconsidered(doctor, patient, turn, bay, counts, p, chance))
            return;
        counts->reconsidered += 1;
    }
    counts->treatment_choices += 1;
    chooses(doctor, patient, turn, bay, p, chance);
    patient->effect = option_effect(patient, p);
    counts->fitting_choices += patient->option == patient->best_option;
    if (patient->option != patient->clinical_option) {
        counts->wrong_choices += 1;
        reaches_patient(doctor, patient, TREATMENT_MISTAKE, PERSON, turn, bay, counts, p, chance);
    }
}

/* ---- sim/ward/unconstrained.py: each patient's own landscape, failures admitted ---- */

static int64_t interactions_of(double frailty, double fragmentation, const Settings *p)
{
    double number = p->modes.interactions + p->modes.interact_by_frailty * frailty +
                    p->modes.interact_by_system * fragmentation;
    return earlier(ELEMENTS_OF_TREATMENT - 1, (int64_t)(number + 0.5));
}

static double landscape_effect(const Patient *patient, int64_t treatment, Chance chance)
{
    Chance still = {chance.seed, 0};
    double total = 0.0;
    for (int element = 0; element < ELEMENTS_OF_TREATMENT; element++) {
        int64_t pattern = 0;
        for (int step = 0; step <= patient->interactions; step++) {
            int other = (element + step) % ELEMENTS_OF_TREATMENT;
            pattern = pattern * 2 + ((treatment >> other) & 1);
        }
        total += luck(still, LANDSCAPE, patient->identity, element * 256 + pattern).of[CONTRIBUTION];
    }
    return total / ELEMENTS_OF_TREATMENT;
}

static double reading(Staff *doctor, Patient *patient, int64_t index, const Settings *p, Chance chance)
{
    double total = 0.0;
    int64_t readings = (int64_t)p->modes.readings + doctor->rigour + patient->further_readings;
    patient->further_readings = 0;
    for (int64_t time = 0; time < readings; time++) {
        double draw = luck(chance, CARE_MODE, doctor->identity, index + 128 * time).of[READS_RESPONSE];
        total += reads_response(patient->effect, p, draw);
    }
    doctor->engaged += (readings - 1) * (int64_t)p->modes.reading_takes;
    return total / (double)readings;
}

static void begins_treatment(const Staff *doctor, Patient *patient, int64_t turn, const Ward *ward, True *counts,
                             const Settings *p, Chance chance)
{
    patient->trial = NO_TRIAL;
    counts->treatments_begun += 1;
    if (starts_with_protocol(doctor, p, luck(chance, TERM, doctor->identity, turn).of[FOLLOWS_PROTOCOL])) {
        counts->begun_by_protocol += 1;
        patient->treatment = ward->protocol[patient->condition];
    }
    patient->effect = landscape_effect(patient, patient->treatment, chance);
}

static double judges_trial(Staff *doctor, Patient *patient, double response, int64_t turn, const Bay *bay, True *counts,
                           const Settings *p, Chance chance)
{
    int64_t *stages = bay->funnel[patient->mode][MISJUDGED_TRIAL][PERSON];
    stages[CHANCES] += 1;
    int64_t element = INT64_C(1) << patient->trial, without = patient->treatment ^ element;
    double effect_without = landscape_effect(patient, without, chance);
    bool helps = patient->effect >= effect_without;
    bool keeps = p->on.mistakes ? response >= patient->response_before : helps;
    patient->trial = NO_TRIAL;
    if (keeps) {
        patient->tried = element;
    } else {
        patient->treatment = without;
        patient->effect = effect_without;
    }
    if (keeps != helps) {
        stages[MADE] += 1;
        counts->wrong_choices += 1;
        reaches_patient(doctor, patient, MISJUDGED_TRIAL, PERSON, turn, bay, counts, p, chance);
    }
    return keeps ? response : patient->response_before;
}

static int64_t untried_element(int64_t tried, double draw)
{
    int64_t untried = 0;
    for (int element = 0; element < ELEMENTS_OF_TREATMENT; element++)
        untried += 1 - ((tried >> element) & 1);
    int64_t left = (int64_t)(draw * (double)untried);
    for (int element = 0; element < ELEMENTS_OF_TREATMENT; element++) {
        if ((tried >> element) & 1)
            continue;
        if (left == 0)
            return element;
        left -= 1;
    }
    return 0;
}

static void begins_trial(const Staff *doctor, Patient *patient, double response, int64_t turn, True *counts,
                         Chance chance)
{
    double draw = luck(chance, OTHER_CHOICE, doctor->identity, turn).of[WHICH_CHANGE];
    counts->trials += 1;
    patient->trial = untried_element(patient->tried, draw);
    patient->tried |= INT64_C(1) << patient->trial;
    patient->response_before = response;
    patient->treatment ^= INT64_C(1) << patient->trial;
    patient->effect = landscape_effect(patient, patient->treatment, chance);
}

static bool may_try(const Patient *patient) { return patient->tried != EVERY_ELEMENT; }

static void reviews_trial(Staff *doctor, Patient *patient, int64_t turn, const Bay *bay, True *counts,
                          const Settings *p, Chance chance)
{
    if (patient->trial == NOT_BEGUN) {
        begins_treatment(doctor, patient, turn, bay->ward, counts, p, chance);
        return;
    }
    double now = reading(doctor, patient, turn, p, chance);
    if (patient->trial >= 0) {
        counts->treatment_choices += 1;
        now = judges_trial(doctor, patient, now, turn, bay, counts, p, chance);
    }
    if (may_try(patient) && !is_content(now, p))
        begins_trial(doctor, patient, now, turn, counts, chance);
}

/* ---- sim/ward/physiology.py and rescue.py ---- */

static void recovers(Patient *patient, True *counts)
{
    counts->bed_time += TICKS_PER_HOUR;
    if (patient->fit_since >= 0)
        counts->delayed_time += TICKS_PER_HOUR;
    if (patient->state == STABLE)
        patient->recovery_left -= patient->effect;
}

static double chance_to_worsen(const Patient *patient, const Settings *p)
{
    double illness = most(0.0, patient->recovery_left) / patient->recovery_needed;
    return p->physiology.worsens * (0.25 + least(1.0, illness)) *
           (1.0 + p->physiology.frail_worsens * patient->frailty) *
           (1.0 + p->physiology.poor_care_worsens * (1.0 - patient->effect)) *
           (1.0 + p->physiology.harm_worsens * patient->harm);
}

static void begins_to_deteriorate(Patient *patient, Chance chance, True *counts)
{
    patient->state = DETERIORATING;
    patient->worse_since = chance.tick;
    patient->recognised = 0;
    patient->escalated = 0;
    patient->missed_rescue = 0;
    counts->deteriorations += 1;
}

static void becomes_stable(Patient *patient)
{
    patient->state = STABLE;
    patient->recognised = 0;
    patient->escalated = 0;
}

static bool changes_state(Patient *patient, const Settings *p, Chance chance, True *counts)
{
    Luck draws = luck(chance, BODY, patient->identity, 0);
    if (p->on.misfortune && draws.of[MISFORTUNE] < p->physiology.misfortune * (1.0 + patient->frailty))
        suffers_misfortune(patient, exponential(p->physiology.harm_hours, draws.of[MISFORTUNE_SIZE]), counts);
    if (!p->on.deterioration)
        return false;
    if (draws.of[DIES] < p->physiology.dies[patient->state]) {
        patient->state = DEAD;
        return false;
    }
    if (patient->state == STABLE) {
        if (draws.of[WORSENS] < chance_to_worsen(patient, p))
            begins_to_deteriorate(patient, chance, counts);
        return false;
    }
    if (patient->state == DETERIORATING) {
        if (draws.of[WORSENS] < p->physiology.turns_critical) {
            patient->state = CRITICAL;
            return true;
        }
        if (draws.of[WORSENS] < p->physiology.turns_critical + p->physiology.settles)
            becomes_stable(patient);
    }
    return false;
}

static bool responds_to_treatment(Patient *patient, const Settings *p, double draw)
{
    if (draw >= p->physiology.response_works[patient->state])
        return false;
    becomes_stable(patient);
    return true;
}

static Staff *who_reports(int64_t bed, Staff *nurses, int64_t number)
{
    int64_t covers = which_nurse_covers(bed, nurses, number);
    if (covers != NOBODY)
        return &nurses[covers];
    Staff *found = nurses;
    for (Staff *nurse = nurses + 1; nurse < nurses + number; nurse++)
        if (nurse->on_shift > found->on_shift ||
            (nurse->on_shift == found->on_shift && nurse->identity < found->identity))
            found = nurse;
    return found;
}

static void may_be_unheard(Patient *patient, int64_t bed, const Bay *bay, True *counts, const Settings *p,
                           Chance chance)
{
    int64_t *stages = bay->funnel[patient->mode][FAILURE_TO_RESCUE][PERSON];
    stages[CHANCES] += 1;
    if (patient->escalated || !p->on.rescue || patient->missed_rescue)
        return;
    patient->missed_rescue = 1;
    stages[MADE] += 1;
    Staff *reporter = who_reports(bed, bay->nurses, bay->nurse_count);
    reaches_patient(reporter, patient, FAILURE_TO_RESCUE, PERSON, 0, bay, counts, p, chance);
}

static void lives_an_hour(Patient *patient, int64_t bed, const Bay *bay, const Settings *p, Chance chance)
{
    True *counts = &bay->happened[patient->mode];
    int64_t events = patient->other_events;
    bool turned_critical = changes_state(patient, p, chance, counts);
    if (patient->other_events > events) {
        Staff *reporter = who_reports(bed, bay->nurses, bay->nurse_count);
        Luck draws = luck(chance, HARM_SEEN, patient->identity, 0);
        harm_comes_to_light(reporter, patient, OF_MISFORTUNE, draws.of[MISFORTUNE_RECOGNISED],
                            draws.of[MISFORTUNE_REPORTED], bay, p, chance);
    }
    if (turned_critical)
        may_be_unheard(patient, bed, bay, counts, p, chance);
}

/* ---- sim/ward/work.py ---- */

static void meets_deterioration(Staff *nurse, Patient *patient, int64_t turn, const Bay *bay, True *counts,
                                const Settings *p, Chance chance)
{
    if (!patient->recognised) {
        double draw = luck(chance, WORK, nurse->identity, turn).of[RECOGNISES];
        if (!sees_deterioration(patient, p, draw))
            return;
        patient->recognised = 1;
        counts->recognised += 1;
    }
    if (patient->escalated)
        return;
    int64_t on_call = who_covers(nurse->bed[turn], bay->doctors, bay->doctor_count, JUNIOR);
    if (on_call == NOBODY)
        return;
    if (raises_concern(nurse, &bay->doctors[on_call], p->voice.stake_in_deterioration, nurse->identity,
                       ESCALATION + turn, counts, p, chance) == ACTED_ON) {
        patient->escalated = 1;
        counts->escalated += 1;
        plan(patient, RESPONSE, chance.tick + 1, counts);
    }
}

static void observes(Staff *nurse, Patient *patient, int64_t turn, const Bay *bay, True *counts, const Settings *p,
                     Chance chance)
{
    int source = goes_wrong(nurse, patient, OBSERVATION_SLIP, turn, bay, counts, p, chance);
    patient->misread = source != NOT_MADE;
    if (source != NOT_MADE)
        reaches_patient(nurse, patient, OBSERVATION_SLIP, source, turn, bay, counts, p, chance);
    if (p->on.rescue && patient->state > STABLE)
        meets_deterioration(nurse, patient, turn, bay, counts, p, chance);
    if (patient->recognised)
        plan(patient, OBSERVATION, chance.tick + (int64_t)(p->work.sick_interval * TICKS_PER_HOUR), counts);
    else
        plan_next(patient, OBSERVATION, p, chance, counts);
}

static bool is_of_wrong_order(const Staff *nurse, int64_t turn, const Settings *p, Chance chance)
{
    return luck(chance, DOSE_OF, nurse->identity, turn).of[IS_OF_WRONG_ORDER] < p->errors.dose_meets_order;
}

static void meets_wrong_order(Staff *nurse, Patient *patient, int64_t turn, const Bay *bay, True *counts,
                              const Settings *p, Chance chance)
{
    patient->wrong_orders -= 1;
    int64_t *stages = bay->funnel[patient->mode][PRESCRIBING_MISTAKE][PERSON];
    if (questions_order(nurse, p, luck(chance, SECOND_LOOK, nurse->identity, turn).of[CATCHES_ORDER])) {
        stages[NOTICED] += 1;
        int64_t prescriber = who_covers(nurse->bed[turn], bay->doctors, bay->doctor_count, JUNIOR);
        if (prescriber != NOBODY) {
            int said = raises_concern(nurse, &bay->doctors[prescriber], p->voice.stake[PRESCRIBING_MISTAKE],
                                      nurse->identity, QUESTION_OF_ORDER + turn, counts, p, chance);
            if (said != SILENT)
                stages[SAID] += 1;
            if (said == ACTED_ON) {
                stages[STOPPED] += 1;
                return;
            }
        }
    }
    patient->wrong_orders_given += 1;
    reaches_patient(nurse, patient, PRESCRIBING_MISTAKE, PERSON, turn, bay, counts, p, chance);
}

static void gives_dose(Staff *nurse, Patient *patient, int64_t turn, const Bay *bay, True *counts, const Settings *p,
                       Chance chance)
{
    plan_next(patient, DOSE, p, chance, counts);
    if (patient->wrong_orders > 0 && is_of_wrong_order(nurse, turn, p, chance))
        meets_wrong_order(nurse, patient, turn, bay, counts, p, chance);
    int source = goes_wrong(nurse, patient, DOSE_SLIP, turn, bay, counts, p, chance);
    watches_dose(nurse, source != NOT_MADE, turn, &bay->observed[patient->mode], p, chance);
    if (source != NOT_MADE)
        reaches_patient(nurse, patient, DOSE_SLIP, source, turn, bay, counts, p, chance);
}

static void cares(Staff *nurse, Patient *patient, int64_t turn, const Bay *bay, True *counts, const Settings *p,
                  Chance chance)
{
    plan_next(patient, CARE, p, chance, counts);
    int source = goes_wrong(nurse, patient, CARE_SLIP, turn, bay, counts, p, chance);
    if (source != NOT_MADE)
        reaches_patient(nurse, patient, CARE_SLIP, source, turn, bay, counts, p, chance);
}

static void takes_step(Staff *nurse, Patient *patient, int64_t turn, const Bay *bay, True *counts, const Settings *p,
                       Chance chance)
{
    plan_next(patient, STEP, p, chance, counts);
    does_step(nurse, patient, turn, bay, counts, p, chance);
    int source = goes_wrong(nurse, patient, STEP_SLIP, turn, bay, counts, p, chance);
    if (source != NOT_MADE)
        reaches_patient(nurse, patient, STEP_SLIP, source, turn, bay, counts, p, chance);
}

static void nurses_patient(Staff *nurse, Patient *patient, int64_t kind, int64_t turn, const Bay *bay, True *counts,
                           const Settings *p, Chance chance)
{
    finish(patient, kind, counts);
    if (kind == OBSERVATION)
        observes(nurse, patient, turn, bay, counts, p, chance);
    else if (kind == DOSE)
        gives_dose(nurse, patient, turn, bay, counts, p, chance);
    else if (kind == CARE)
        cares(nurse, patient, turn, bay, counts, p, chance);
    else if (kind == STEP)
        takes_step(nurse, patient, turn, bay, counts, p, chance);
    else if (patient->recognised)
        patient->letter_done = 0;
    else if (patient->letter_done)
        patient->leaves = 1;
}

static int64_t wait_for_package(const Patient *patient, const Settings *p, Chance chance)
{
    Luck draws = luck(chance, LATENT, patient->identity, 1);
    if (!p->on.outside_care || draws.of[NEEDS_PACKAGE] >= p->flow.needs_package)
        return 0;
    return (int64_t)exponential(p->flow.package_days * TICKS_PER_DAY, draws.of[PACKAGE_WAIT]);
}

static void reviews(Staff *doctor, Patient *patient, int64_t turn, const Bay *bay, True *counts, const Settings *p,
                    Chance chance)
{
    plan_next(patient, REVIEW, p, chance, counts);
    if (is_fit_to_leave(patient)) {
        if (patient->fit_since < 0) {
            patient->fit_since = chance.tick;
            patient->package_until = chance.tick + wait_for_package(patient, p, chance);
        }
        if (!patient->letter_done)
            plan(patient, LETTER, later(chance.tick + 1, patient->package_until), counts);
        return;
    }
    if (patient->mode == CONSTRAINED)
        reviews_choice(doctor, patient, turn, bay, counts, p, chance);
    else if (patient->mode == UNCONSTRAINED)
        reviews_trial(doctor, patient, turn, bay, counts, p, chance);
    plan(patient, ORDERS, chance.tick + 1, counts);
}

static void writes_orders(Staff *doctor, Patient *patient, int64_t turn, const Bay *bay, True *counts,
                          const Settings *p, Chance chance)
{
    int64_t number = (int64_t)p->work.orders_written;
    counts->orders += number;
    patient->unchecked_orders += number;
    plan(patient, ORDER_CHECK, chance.tick + 1, counts);
    int64_t *stages = bay->funnel[patient->mode][PRESCRIBING_MISTAKE][PERSON];
    for (int64_t order = 0; order < number; order++) {
        int64_t index = FIRST_ORDER + turn * 32 + order;
        stages[CHANCES] += 1;
        double draw = luck(chance, OTHER_CHOICE, doctor->identity, index).of[ORDER_IS_WRONG];
        if (!p->on.mistakes || draw >= error_rate(doctor, PRESCRIBING_MISTAKE, p))
            continue;
        stages[MADE] += 1;
        double own = luck(chance, SECOND_LOOK, doctor->identity, index).of[CATCHES_ORDER];
        if (!is_stopped(doctor, PRESCRIBING_MISTAKE, index, bay, stages, counts, p, chance, own)) {
            patient->wrong_orders += 1;
            looks_for_wrong_order(doctor, index, &bay->observed[patient->mode], p, chance);
        }
    }
}

static void checks_orders(const Staff *pharmacist, Patient *patient, int64_t turn, const Bay *bay, True *counts,
                          const Settings *p, Chance chance)
{
    finish(patient, ORDER_CHECK, counts);
    Observed *seen = &bay->observed[patient->mode];
    seen->orders_checked += patient->unchecked_orders;
    patient->unchecked_orders = 0;
    int64_t *stages = bay->funnel[patient->mode][PRESCRIBING_MISTAKE][PERSON];
    int64_t in_time = patient->wrong_orders, all = in_time + patient->wrong_orders_given;
    for (int64_t order = 0; order < all; order++) {
        double draw = luck(chance, SECOND_LOOK, pharmacist->identity, turn * 4096 + order).of[CATCHES_ORDER];
        if (!finds_wrong_order(p, draw))
            continue;
        seen->orders_found_wrong += 1;
        if (order >= in_time) {
            patient->wrong_orders_given -= 1;
            continue;
        }
        patient->wrong_orders -= 1;
        stages[NOTICED] += 1;
        stages[SAID] += 1;
        stages[STOPPED] += 1;
    }
}

static void responds(const Staff *doctor, Patient *patient, int64_t turn, True *counts, const Settings *p,
                     Chance chance)
{
    if (patient->state == STABLE)
        return;
    if (responds_to_treatment(patient, p, luck(chance, SECOND_LOOK, doctor->identity, turn).of[RESPONSE_WORKS]))
        counts->rescued += 1;
    else
        plan_next(patient, RESPONSE, p, chance, counts);
}

static void writes_letter(Staff *doctor, Patient *patient, int64_t turn, const Bay *bay, True *counts,
                          const Settings *p, Chance chance)
{
    if (patient->fit_since < 0)
        return;
    patient->letter_done = 1;
    plan(patient, DISCHARGE, chance.tick + 1, counts);
    int source = goes_wrong(doctor, patient, DISCHARGE_SLIP, turn, bay, counts, p, chance);
    if (source != NOT_MADE) {
        patient->discharge_gap = 1;
        reaches_patient(doctor, patient, DISCHARGE_SLIP, source, turn, bay, counts, p, chance);
    }
}

static void doctors_patient(Staff *doctor, Patient *patient, int64_t kind, int64_t turn, const Bay *bay, True *counts,
                            const Settings *p, Chance chance)
{
    finish(patient, kind, counts);
    if (kind == REVIEW) {
        reviews(doctor, patient, turn, bay, counts, p, chance);
    } else if (kind == CLERKING) {
        plan(patient, ORDERS, chance.tick + 1, counts);
        if (patient->mode == REPETITIVE || p->on.component_tasks)
            plan(patient, STEP, chance.tick + TICKS_PER_HOUR, counts);
        plan(patient, REVIEW, chance.tick, counts);
    } else if (kind == ORDERS) {
        writes_orders(doctor, patient, turn, bay, counts, p, chance);
    } else if (kind == RESPONSE) {
        responds(doctor, patient, turn, counts, p, chance);
    } else if (kind == LETTER) {
        writes_letter(doctor, patient, turn, bay, counts, p, chance);
    }
}

static void works(Staff *person, const Bay *bay, const Settings *p, Chance chance)
{
    if (!person->on_shift || person->away)
        return;
    bay->staffing->worked += 1;
    bay->staffing->interruptions += person->interruptions;
    if (person->task[0] < 0)
        return;
    bay->staffing->busy += 1;
    for (int turn = 0; turn < 2; turn++) {
        int64_t kind = person->task[turn];
        if (kind < 0 || bay->beds[person->bed[turn]].place != BED)
            continue;
        Patient *patient = &bay->beds[person->bed[turn]];
        True *counts = &bay->happened[patient->mode];
        person->contacts += 1;
        counts->hurried += person->hurried;
        if ((kind == RESPONSE || kind == DISCHARGE) && patient->due[kind] <= chance.tick) {
            counts->joint_tasks += 1;
            counts->joint_delay += chance.tick - patient->due[kind];
        }
        if (kind <= DISCHARGE)
            nurses_patient(person, patient, kind, turn, bay, counts, p, chance);
        else if (kind == ORDER_CHECK)
            checks_orders(person, patient, turn, bay, counts, p, chance);
        else
            doctors_patient(person, patient, kind, turn, bay, counts, p, chance);
    }
}

/* ---- sim/ward/flow.py ---- */

static bool is_weekend(int64_t tick) { return tick / TICKS_PER_DAY % 7 >= 5; }

static double emergency_rate(const Ward *ward, const Settings *p, int64_t tick)
{
    double mean = ward->arrivals_per_day * ward->emergency_share / TICKS_PER_DAY;
    double night = p->flow.night_arrivals;
    double day = (24.0 - 10.5 * night) / 13.5;
    double hour = (double)(tick % TICKS_PER_DAY) / TICKS_PER_HOUR;
    if (hour < 7.0)
        return mean * night;
    if (hour < 11.0)
        return mean * (night + (day - night) * (hour + 0.125 - 7.0) / 4.0);
    if (hour < 21.0)
        return mean * day;
    return mean * (day + (night - day) * (hour + 0.125 - 21.0) / 3.0);
}

static double planned_rate(const Ward *ward, int64_t tick)
{
    double hour = (double)(tick % TICKS_PER_DAY) / TICKS_PER_HOUR;
    if (hour < 7.0 || hour >= 11.0 || is_weekend(tick))
        return 0.0;
    return ward->arrivals_per_day * (1.0 - ward->emergency_share) * 7.0 / 5.0 / (4 * TICKS_PER_HOUR);
}

static int which_mode(const Ward *ward, double draw)
{
    double total = 0.0;
    for (int mode = 0; mode < UNCONSTRAINED; mode++) {
        total += ward->mode_mix[mode];
        if (draw < total)
            return mode;
    }
    return UNCONSTRAINED;
}

static int which_urgency(double emergency_share, double draw)
{
    if (draw >= emergency_share)
        return ELECTIVE;
    return draw * 3.0 < emergency_share ? EMERGENCY : URGENT;
}

static double lanczos_gamma(double x)
{
    static const double coefficients[8] = {
        676.5203681218851,   -1259.1392167224028,  771.32342877765313,    -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    };
    double z = x - 1.0, total = 0.99999999999980993;
    for (int i = 0; i < 8; i++)
        total += coefficients[i] / (z + i + 1.0);
    double t = z + 7.5;
    return 2.5066282746310002 * exp((z + 0.5) * log(t) - t) * total;
}

static double recovery_needed(int64_t mode, double draw, const Settings *p)
{
    double shape = p->flow.recovery_shape[mode];
    double scale = p->flow.recovery_level * p->flow.recovery[mode] / lanczos_gamma(1.0 + 1.0 / shape);
    return most(1.0, scale * exp(log(-log(1.0 - draw) + 1e-12) / shape));
}

static int64_t first_empty(const Patient *places, int64_t number)
{
    for (int64_t place = 0; place < number; place++)
        if (places[place].place == NOWHERE)
            return place;
    return FULL;
}

static void becomes_patient(Patient *patient, int64_t identity, int64_t index, int64_t mode, double frailty,
                            int64_t urgency, const Ward *ward, const Settings *p, Chance chance)
{
    double hours = luck(chance, TRAITS, identity, 0).of[HOW_LONG];
    Luck latent = luck(chance, LATENT, identity, 0);
    Luck values = luck(chance, VALUES, identity, 0);
    patient->identity = identity;
    patient->place = WAITING;
    patient->home_ward = index;
    patient->ward = -1;
    patient->illness = mode;
    patient->mode = mode;
    patient->urgency = urgency;
    patient->frailty = frailty;
    patient->arrived = chance.tick;
    patient->admitted = -1;
    patient->recovery_needed = recovery_needed(mode, hours, p);
    patient->recovery_left = patient->recovery_needed;
    patient->effect = p->modes.untreated_effect;
    patient->state = STABLE;
    patient->worse_since = -1;
    patient->recognised = 0;
    patient->missed_rescue = 0;
    patient->escalated = 0;
    patient->misread = 0;
    patient->fits_pathway = latent.of[FITS_PATHWAY] < ward->pathway_fit;
    patient->set_aside = 0;
    patient->step = 0;
    patient->on_pathway = 1.0;
    patient->option = NO_OPTION;
    patient->clinical_option = (int64_t)(latent.of[BEST_OPTION] * p->modes.options);
    patient->best_option = patient->clinical_option;
    patient->asked = 0;
    patient->plan_made = 0;
    patient->condition = (int64_t)(values.of[WHICH_CONDITION] * CONDITIONS);
    patient->exception = NO_EXCEPTION;
    patient->exception_since = -1;
    patient->decision_fit = 1.0;
    patient->treatment = (int64_t)(values.of[STARTING_POINT] * (1 << ELEMENTS_OF_TREATMENT));
    patient->interactions = interactions_of(frailty, ward->fragmentation, p);
    patient->trial = NOT_BEGUN;
    patient->further_readings = 0;
    patient->tried = 0;
    patient->response_before = 0.0;
    patient->wrong_orders = 0;
    patient->wrong_orders_given = 0;
    patient->ambiguous_orders = 0;
    patient->unchecked_orders = 0;
    patient->harm = 0.0;
    patient->preventable_events = 0;
    patient->other_events = 0;
    patient->incident_reports = 0;
    patient->reports_of_harm = 0;
    patient->boarded = 0;
    patient->discharge_gap = 0;
    patient->fit_since = -1;
    patient->package_until = 0;
    patient->letter_done = 0;
    patient->leaves = 0;
    clear_plan(patient);
}

static void joins_queue(Ward *ward, int64_t index, Patient *queue, int64_t places, int64_t identity, int64_t mode,
                        double frailty, int64_t urgency, True *counts, const Settings *p, Chance chance)
{
    counts->arrivals += 1;
    int64_t place = first_empty(queue, places);
    if (place == FULL) {
        counts->diverted += 1;
        return;
    }
    becomes_patient(&queue[place], identity, index, mode, frailty, urgency, ward, p, chance);
    ward->queue += 1;
}

static void readmit(Ward *ward, int64_t index, Patient *queue, int64_t places, Return *returns, int64_t most_returns,
                    True *happened, const Settings *p, Chance chance)
{
    int64_t following = NEVER;
    for (Return *entry = returns; entry < returns + most_returns; entry++) {
        if (entry->identity == 0)
            continue;
        if (entry->tick > chance.tick) {
            following = earlier(following, entry->tick);
            continue;
        }
        True *counts = &happened[entry->mode];
        counts->returns += 1;
        joins_queue(ward, index, queue, places, entry->identity, entry->mode, entry->frailty, URGENT, counts, p,
                    chance);
        entry->identity = 0;
    }
    ward->next_return = following;
}

static void arrivals(Ward *ward, int64_t index, Patient *queue, int64_t places, Return *returns, int64_t most_returns,
                     True *happened, const Settings *p, Chance chance)
{
    if (chance.tick >= ward->next_return)
        readmit(ward, index, queue, places, returns, most_returns, happened, p, chance);
    double emergency = emergency_rate(ward, p, chance.tick);
    double all = emergency + planned_rate(ward, chance.tick);
    if (all <= 0.0)
        return;
    int number = poisson(all, luck(chance, ARRIVES, ward->identity, 0).of[HOW_MANY], MOST_ARRIVALS);
    for (int order = 0; order < number; order++) {
        int64_t identity = ward->identity * INT64_C(4294967296) + (chance.tick * 16 + order) * EPISODES;
        Luck draws = luck(chance, TRAITS, identity, 0);
        int mode = which_mode(ward, draws.of[WHICH_MODE]);
        double frailty = draws.of[HOW_FRAIL] * draws.of[HOW_FRAIL];
        int urgency = which_urgency(emergency / all, draws.of[HOW_URGENT]);
        joins_queue(ward, index, queue, places, identity, mode, frailty, urgency, &happened[mode], p, chance);
    }
}

static bool anyone_waits(const Ward *wards, const Division *division)
{
    for (int64_t index = division->wards_from; index < division->wards_to; index++)
        if (wards[index].queue > 0)
            return true;
    return false;
}

static int64_t chooses_for_bed(const Staff *manager, const Patient *queue, int64_t places, int64_t index,
                               const Ward *wards, const Patient *patients, const Settings *p, Chance chance)
{
    double best = -1.0;
    int64_t chosen = FULL;
    for (int64_t place = 0; place < places; place++) {
        const Patient *patient = &queue[place];
        if (patient->place != WAITING)
            continue;
        int at_home = patient->home_ward == index;
        if (!at_home) {
            const Ward *home = &wards[patient->home_ward];
            bool has_bed = first_empty(&patients[home->beds_from], home->beds_to - home->beds_from) != FULL;
            if (!boards_elsewhere(patient, has_bed, p, chance))
                continue;
        }
        double weight = weighs_admission(manager, patient, at_home, p, chance);
        if (weight > best) {
            best = weight;
            chosen = place;
        }
    }
    return chosen;
}

static void is_admitted(Patient *patient, int64_t index, True *counts, Observed *seen, const Settings *p,
                        Chance chance)
{
    patient->place = BED;
    patient->ward = index;
    patient->admitted = chance.tick;
    patient->boarded = patient->home_ward != index;
    if (patient->state > STABLE && p->on.rescue) {
        patient->recognised = 1;
        counts->recognised += 1;
    }
    counts->admissions += 1;
    counts->boarded += patient->boarded;
    int64_t wait = chance.tick - patient->arrived;
    counts->wait += wait;
    int late = (double)wait > p->flow.deadline * TICKS_PER_HOUR;
    counts->breaches += late;
    seen->recorded_waits += 1;
    seen->recorded_breaches += late;
    double over = (double)wait - p->flow.deadline * TICKS_PER_HOUR;
    seen->recorded_just_within += over > -2.0 && over <= 0.0;
    seen->recorded_just_over += over > 0.0 && over <= 2.0;
    plan(patient, OBSERVATION, chance.tick, counts);
    plan(patient, CLERKING, chance.tick, counts);
    plan(patient, DOSE, chance.tick + TICKS_PER_HOUR, counts);
    plan(patient, CARE, chance.tick + TICKS_PER_HOUR, counts);
}

static void gives_free_beds(const Staff *manager, const Division *division, const Hospital *h, Chance chance)
{
    Patient *queue = &h->patients[division->queue_from];
    int64_t places = division->queue_to - division->queue_from;
    for (int64_t index = division->wards_from; index < division->wards_to; index++) {
        const Ward *ward = &h->wards[index];
        for (int64_t bed = ward->beds_from; bed < ward->beds_to; bed++) {
            if (!anyone_waits(h->wards, division))
                return;
            Patient *patient = &h->patients[bed];
            if (patient->place != NOWHERE)
                continue;
            int64_t chosen =
                chooses_for_bed(manager, queue, places, index, h->wards, h->patients, h->settings, chance);
            if (chosen == FULL)
                break;
            h->wards[queue[chosen].home_ward].queue -= 1;
            *patient = queue[chosen];
            queue[chosen].place = NOWHERE;
            queue[chosen].identity = 0;
            int64_t row = index * MODES_COUNT + patient->mode;
            is_admitted(patient, index, &h->happened[row], &h->observed[row], h->settings, chance);
        }
    }
}

static void leaves_the_queue(const Division *division, const Hospital *h, Chance chance)
{
    for (int64_t place = division->queue_from; place < division->queue_to; place++) {
        Patient *patient = &h->patients[place];
        if (patient->place != WAITING)
            continue;
        bool gives_up = patient->urgency == ELECTIVE && (double)(chance.tick - patient->arrived) >
                                                            h->settings->flow.planned_patience * TICKS_PER_HOUR;
        if (patient->state != DEAD && !gives_up)
            continue;
        True *counts = &h->happened[patient->home_ward * MODES_COUNT + patient->mode];
        if (patient->state == DEAD)
            counts->deaths_waiting += 1;
        else
            counts->cancelled += 1;
        h->wards[patient->home_ward].queue -= 1;
        patient->place = NOWHERE;
        patient->identity = 0;
    }
}

static void closes_stay(Patient *patient, True *counts, Observed *seen, Chance chance)
{
    lapse(patient, counts);
    counts->wrong_orders_left += patient->wrong_orders;
    int64_t stay = chance.tick - patient->admitted;
    if (stay > TICKS_PER_DAY) {
        counts->long_stays += 1;
        counts->long_stay_deaths += patient->state == DEAD;
    }
    if (chance.tick / TICKS_PER_DAY > patient->admitted / TICKS_PER_DAY) {
        counts->overnight_stays += 1;
        counts->overnight_stay += stay;
    }
    counts->harmed += patient->preventable_events + patient->other_events > 0;
    counts->preventably_harmed += patient->preventable_events > 0;
    if (patient->incident_reports > 0)
        seen->patients_with_report += 1;
}

static int64_t next_episode(int64_t identity)
{
    return identity - identity % EPISODES + (identity % EPISODES + 1) % EPISODES;
}

static void may_come_back(Ward *ward, const Patient *patient, Return *returns, int64_t most_returns,
                          const Settings *p, Chance chance)
{
    if (!p->on.readmission)
        return;
    Luck draws = luck(chance, LEAVING, patient->identity, 0);
    double likelihood = p->flow.comes_back + p->flow.frail_come_back * patient->frailty;
    likelihood += p->flow.gap_brings_back * (double)patient->discharge_gap;
    likelihood += most(0.0, patient->recovery_left) / patient->recovery_needed;
    if (draws.of[COMES_BACK] >= likelihood)
        return;
    double days =
        exponential(p->flow.return_days, draws.of[WHEN_BACK] * (1.0 - exp(-30.0 / p->flow.return_days)));
    for (Return *entry = returns; entry < returns + most_returns; entry++)
        if (entry->identity == 0) {
            entry->identity = next_episode(patient->identity);
            entry->tick = chance.tick + later(1, (int64_t)(days * TICKS_PER_DAY));
            entry->illness = patient->illness;
            entry->mode = patient->mode;
            entry->frailty = patient->frailty;
            ward->next_return = earlier(ward->next_return, entry->tick);
            return;
        }
}

static void departures(const Bay *bay, const Hospital *h, int64_t most_returns, Chance chance)
{
    for (int64_t bed = 0; bed < bay->bed_count; bed++) {
        Patient *patient = &bay->beds[bed];
        if (patient->place != BED)
            continue;
        if (patient->state != DEAD && !patient->leaves)
            continue;
        True *counts = &bay->happened[patient->mode];
        closes_stay(patient, counts, &bay->observed[patient->mode], chance);
        reviews_chart(patient, &bay->observed[patient->mode], h->settings, chance);
        if (patient->state == DEAD) {
            counts->deaths += 1;
        } else {
            counts->discharges += 1;
            counts->sent_early += patient->recovery_left > 0.0;
            int64_t home = patient->home_ward;
            may_come_back(&h->wards[home], patient, &h->returns[home * most_returns], most_returns, h->settings,
                          chance);
        }
        patient->place = NOWHERE;
        patient->identity = 0;
    }
}

/* ---- sim/ward/rota.py ---- */

static void omits(Staff *person, Patient *patient, int64_t kind, const Bay *bay, True *counts, const Settings *p,
                  Chance chance)
{
    Luck draws = luck(chance, OMISSION, patient->identity, kind);
    if (!omission_harms(patient, kind, p, draws, counts))
        return;
    harm_comes_to_light(person, patient, OF_OMISSION + kind, draws.of[OMISSION_RECOGNISED],
                        draws.of[OMISSION_REPORTED], bay, p, chance);
}

static void leaves_tasks_undone(Staff *person, const Bay *bay, const Settings *p, Chance chance)
{
    if (!p->on.care_left_undone || person->grade == JUNIOR || person->grade > CONSULTANT)
        return;
    int first = person->grade == CONSULTANT ? REVIEW : OBSERVATION;
    int last = person->grade == CONSULTANT ? REVIEW : STEP;
    for (int64_t bed = person->first_bed; bed < person->end_bed; bed++) {
        Patient *patient = &bay->beds[bed];
        if (patient->place != BED)
            continue;
        True *counts = &bay->happened[patient->mode];
        for (int kind = first; kind <= last; kind++)
            if ((double)patient->due[kind] + p->work.carried_over * TICKS_PER_HOUR <= (double)chance.tick) {
                leave_undone(patient, kind, p, chance, counts);
                if (kind == STEP)
                    misses_step(patient, bay->ward->pathway_quality, p);
                omits(person, patient, kind, bay, counts, p, chance);
            }
    }
}

static int64_t shifts_before(const Group *group, int64_t day)
{
    int64_t weekday = 0, weekend = 0, days_of_week = day % 7;
    for (int shift = 0; shift < SHIFTS_OF_A_GROUP; shift++) {
        weekday += group->weekday[shift];
        weekend += group->weekend[shift];
    }
    return day / 7 * (5 * weekday + 2 * weekend) + earlier(days_of_week, 5) * weekday +
           later(0, days_of_week - 5) * weekend;
}

static int rostered_shift(const Staff *person, const Group *group, int64_t tick)
{
    int64_t quarter = tick % TICKS_PER_DAY;
    int64_t turn = shifts_before(group, tick / TICKS_PER_DAY);
    bool weekend = is_weekend(tick);
    int64_t posts = group->people_to - group->people_from;
    for (int shift = 0; shift < SHIFTS_OF_A_GROUP; shift++) {
        int64_t needed = weekend ? group->weekend[shift] : group->weekday[shift];
        bool starts_now = group->length[shift] > 0 && group->start[shift] == quarter;
        int64_t place = (person->post - turn) % posts; /* C gives it the sign of the first number */
        if (starts_now && (place < 0 ? place + posts : place) < needed)
            return shift;
        turn += needed;
    }
    return NO_SHIFT;
}

static void goes_home(Staff *person)
{
    puts_work_down(person);
    person->own_errors = 0;
    person->waiting = 0;
    person->interrupting = 0;
    person->away = 0;
    person->on_shift = 0;
    if (person->cover) {
        person->cover = 0;
        person->fatigue = 0.0;
        person->engaged = 0;
        forgets_answers(person);
    }
}

static void comes_on_shift(Staff *person, const Group *group, int shift, const Settings *p, Chance chance)
{
    person->pressure *= 0.5;
    person->wary *= 1.0 - p->leadership.wariness_fades;
    person->tiredness = tiredness_after_rest(person, p, chance);
    person->fatigue = person->tiredness;
    person->on_shift = 1;
    person->shift_began = chance.tick;
    person->shift_ends = chance.tick + group->length[shift];
    person->presence = group->presence[shift];
}

static void changes_shift(Staff *person, const Group *group, const Bay *bay, const Settings *p, Chance chance)
{
    if (person->on_shift && chance.tick >= person->shift_ends) {
        leaves_tasks_undone(person, bay, p, chance);
        if (!person->cover)
            keeps_logbook(person, bay->staffing, p, chance);
        goes_home(person);
    }
    person->absent = 0;
    int shift = rostered_shift(person, group, chance.tick);
    if (shift == NO_SHIFT)
        return;
    bay->staffing->shifts_needed += 1;
    bool works_on = person->on_shift;
    if (!works_on && p->on.absence && luck(chance, SHIFT, person->identity, 0).of[FALLS_ILL] < p->staffing.absence) {
        person->absent = 1;
        bay->staffing->shifts_absent += 1;
        return;
    }
    comes_on_shift(person, group, shift, p, chance);
}

static void fills_gaps(const Staff *manager, Staff *people, int64_t count, int64_t number, const Group *group,
                       Staffing *staffing, const Settings *p, Chance chance)
{
    int64_t missing = 0, rostered = 0;
    for (Staff *person = people; person < people + count; person++) {
        if (person->group != number)
            continue;
        bool starts = person->on_shift && person->shift_began == chance.tick;
        missing += person->absent;
        rostered += person->absent + starts;
    }
    if (missing == 0 || !books_cover(manager, (double)missing / (double)rostered, p))
        return;
    for (Staff *person = people; person < people + count; person++) {
        if (!person->absent || person->group != number)
            continue;
        if (luck(chance, SHIFT, person->identity, 0).of[COVER_COMES] < p->staffing.cover_available) {
            comes_on_shift(person, group, rostered_shift(person, group, chance.tick), p, chance);
            person->tiredness = 0.0;
            person->fatigue = 0.0;
            person->cover = 1;
            person->cover_shifts += 1;
            staffing->shifts_covered += 1;
        }
    }
}

static void covers_ward(const Bay *bay, const Group *groups, int64_t group_count, const Settings *p, Chance chance)
{
    for (int64_t g = 0; g < group_count; g++) {
        if (groups[g].ward != bay->manager->ward)
            continue;
        fills_gaps(bay->manager, bay->nurses, bay->nurse_count, g, &groups[g], bay->staffing, p, chance);
        fills_gaps(bay->manager, bay->doctors, bay->doctor_count, g, &groups[g], bay->staffing, p, chance);
        fills_gaps(bay->manager, bay->pharmacists, bay->pharmacist_count, g, &groups[g], bay->staffing, p, chance);
    }
}

static bool works_here(const Staff *person, int64_t first_grade, int64_t last_grade)
{
    return person->on_shift && first_grade <= person->grade && person->grade <= last_grade;
}

static void shares_beds(Staff *people, int64_t count, int64_t first_grade, int64_t last_grade, int64_t beds)
{
    int64_t present = 0;
    for (int64_t i = 0; i < count; i++)
        present += works_here(&people[i], first_grade, last_grade);
    for (int64_t i = 0; i < count; i++) {
        Staff *person = &people[i];
        if (!works_here(person, first_grade, last_grade))
            continue;
        int64_t rank = 0;
        for (int64_t j = 0; j < count; j++)
            rank += works_here(&people[j], first_grade, last_grade) && people[j].identity < person->identity;
        person->first_bed = rank * beds / present;
        person->end_bed = (rank + 1) * beds / present;
    }
}

static int64_t which_item(const Staff *person, double draw)
{
    int64_t first = FIRST_TASK[person->grade];
    int64_t last = person->grade <= STAFF_NURSE + 1 ? DISCHARGE : END_TASK[person->grade];
    return first + (int64_t)(draw * (double)(last - first));
}

static void hears_of(Staff *person, Patient *patient, const Bay *bay, const Settings *p, Chance chance)
{
    Luck draws = luck(chance, HANDING_OVER, patient->identity, person->profession);
    if (draws.of[HAS_ITEM] >= p->work.items_handed_over)
        return;
    int64_t kind = which_item(person, draws.of[WHICH_ITEM]);
    if (patient->due[kind] == NEVER)
        return;
    int64_t *stages = bay->funnel[patient->mode][HANDOVER_LOSS][PERSON];
    stages[CHANCES] += 1;
    if (draws.of[ITEM_LOST] < bay->ward->handover_keeps)
        return;
    stages[MADE] += 1;
    if (asks_back(p, draws.of[ITEM_ASKED])) {
        stages[NOTICED] += 1;
        stages[SAID] += 1;
        stages[STOPPED] += 1;
        return;
    }
    True *counts = &bay->happened[patient->mode];
    forget(patient, kind, p, chance, counts);
    reaches_patient(person, patient, HANDOVER_LOSS, PERSON, kind, bay, counts, p, chance);
}

static void takes_over(Staff *person, const Bay *bay, const Settings *p, Chance chance)
{
    if (!p->on.handover_loss || !person->on_shift || person->shift_began != chance.tick)
        return;
    if (person->grade > JUNIOR)
        return;
    for (int64_t bed = person->first_bed; bed < person->end_bed; bed++)
        if (bay->beds[bed].place == BED)
            hears_of(person, &bay->beds[bed], bay, p, chance);
}

/* ---- sim/ward/desks.py: the inbox is empty ---- */

static void clears_inbox(Staff *manager, Chance chance)
{
    if (!manager->on_shift)
        return;
    manager->away = is_elsewhere(manager, chance);
    manager->engaged += manager->interrupting;
    manager->interrupting = 0;
    if (!manager->away)
        is_taken_up(manager);
}

/* ---- sim/ward/counting.py ---- */

static void asks_people(Series *day, const Staff *people, int64_t count)
{
    day->people += count;
    for (int64_t i = 0; i < count; i++) {
        day->safety += (int64_t)(1000.0 * people[i].voice_is_safe);
        day->trust += (int64_t)(1000.0 * people[i].trust);
    }
}

static void closes_day(Series *day, const Bay *bay)
{
    int64_t occupied = 0;
    for (int64_t bed = 0; bed < bay->bed_count; bed++)
        if (bay->beds[bed].place == BED) {
            occupied += 1;
            bay->observed[bay->beds[bed].mode].midnight_patients += 1;
        }
    bay->observed[0].midnight_beds += bay->bed_count;
    day->midnight_patients = occupied;
    day->midnight_queue = bay->ward->queue;
    day->hazards = hazards_alive(bay->ward);
    day->led_hours = bay->staffing->led_hours;
    asks_people(day, bay->nurses, bay->nurse_count);
    asks_people(day, bay->doctors, bay->doctor_count);
    for (int mode = 0; mode < MODES_COUNT; mode++) {
        day->admissions += bay->happened[mode].admissions;
        day->discharges += bay->happened[mode].discharges;
        day->deaths += bay->happened[mode].deaths;
        day->preventable_events += bay->happened[mode].preventable_events;
        day->incident_reports += bay->observed[mode].incident_reports;
        for (int kind = 0; kind < TASKS_COUNT; kind++)
            day->undone += bay->happened[mode].undone[kind];
        for (int error = 0; error < ERRORS_COUNT; error++)
            for (int source = 0; source < SOURCES_COUNT; source++)
                day->reached += bay->funnel[mode][error][source][REACHED];
    }
}

/* ---- sim/leadership/targets.py: a gap to the target presses nobody ---- */

/* No target: no clock stops, and nobody is pressed. */
static void feels_pressure(Lead *role, Ward *ward)
{
    role->stopped_before = ward->clocks_stopped;
    role->in_time_before = ward->clocks_in_time;
    role->pressure = 0.0;
}

/* ---- sim/ward/turnover.py: nobody leaves, and no post stands vacant ---- */

static void may_leave(const Staff *person, Staffing *staffing) { staffing->nurse_days += person->profession == NURSE; }

/* ---- sim/engine/tick.py ---- */

static Bay bay_of(const Hospital *h, int64_t w)
{
    Ward *ward = &h->wards[w];
    return (Bay){
        .ward = ward,
        .index = w,
        .nurses = &h->nurses[ward->nurses_from],
        .nurse_count = ward->nurses_to - ward->nurses_from,
        .doctors = &h->doctors[ward->doctors_from],
        .doctor_count = ward->doctors_to - ward->doctors_from,
        .pharmacists = &h->pharmacists[ward->pharmacists_from],
        .pharmacist_count = ward->pharmacists_to - ward->pharmacists_from,
        .manager = &h->managers[ward->manager],
        .beds = &h->patients[ward->beds_from],
        .bed_count = ward->beds_to - ward->beds_from,
        .funnel = (Funnel *)h->funnel + w * MODES_COUNT,
        .happened = &h->happened[w * MODES_COUNT],
        .observed = &h->observed[w * MODES_COUNT],
        .staffing = &h->staffing[w],
        .role = &h->leads[w],
    };
}

static void change_of_shift(const Hospital *h, const Bay *bay, const Settings *p, Chance chance)
{
    for (Staff *nurse = bay->nurses; nurse < bay->nurses + bay->nurse_count; nurse++)
        changes_shift(nurse, &h->groups[nurse->group], bay, p, chance);
    for (Staff *doctor = bay->doctors; doctor < bay->doctors + bay->doctor_count; doctor++)
        changes_shift(doctor, &h->groups[doctor->group], bay, p, chance);
    for (Staff *person = bay->pharmacists; person < bay->pharmacists + bay->pharmacist_count; person++)
        changes_shift(person, &h->groups[person->group], bay, p, chance);
    changes_shift(bay->manager, &h->groups[bay->manager->group], bay, p, chance);
    covers_ward(bay, h->groups, h->groups_count, p, chance);
    shares_beds(bay->nurses, bay->nurse_count, STAFF_NURSE, SENIOR_NURSE, bay->bed_count);
    shares_beds(bay->doctors, bay->doctor_count, JUNIOR, JUNIOR, bay->bed_count);
    shares_beds(bay->doctors, bay->doctor_count, CONSULTANT, CONSULTANT, bay->bed_count);
    shares_beds(bay->pharmacists, bay->pharmacist_count, PHARMACY, PHARMACY, bay->bed_count);
    for (Staff *nurse = bay->nurses; nurse < bay->nurses + bay->nurse_count; nurse++)
        takes_over(nurse, bay, p, chance);
    for (Staff *doctor = bay->doctors; doctor < bay->doctors + bay->doctor_count; doctor++)
        takes_over(doctor, bay, p, chance);
}

static void everybody_works(const Bay *bay, const Settings *p, Chance chance)
{
    for (Staff *nurse = bay->nurses; nurse < bay->nurses + bay->nurse_count; nurse++)
        works(nurse, bay, p, chance);
    for (Staff *doctor = bay->doctors; doctor < bay->doctors + bay->doctor_count; doctor++)
        if (doctor->grade == CONSULTANT)
            works(doctor, bay, p, chance);
    for (Staff *doctor = bay->doctors; doctor < bay->doctors + bay->doctor_count; doctor++)
        if (doctor->grade == JUNIOR)
            works(doctor, bay, p, chance);
    for (Staff *person = bay->pharmacists; person < bay->pharmacists + bay->pharmacist_count; person++)
        works(person, bay, p, chance);
}

static void an_hour_passes(const Hospital *h, const Settings *p, Chance chance)
{
    for (int64_t w = 0; w < h->wards_count; w++) {
        Bay bay = bay_of(h, w);
        for (Patient *patient = bay.beds; patient < bay.beds + bay.bed_count; patient++)
            if (patient->place == BED) {
                recovers(patient, &bay.happened[patient->mode]);
                lives_an_hour(patient, patient - bay.beds, &bay, p, chance);
            }
        hazards_arise_and_go(bay.ward, bay.staffing, p, chance);
    }
    for (int64_t place = h->divisions[0].queue_from; place < h->patients_count; place++) {
        Patient *patient = &h->patients[place];
        if (patient->place == WAITING)
            changes_state(patient, p, chance, &h->happened[patient->home_ward * MODES_COUNT + patient->mode]);
    }
}

static void a_day_ends(const Hospital *h, int64_t day)
{
    for (int64_t w = 0; w < h->wards_count; w++) {
        Bay bay = bay_of(h, w);
        feels_pressure(bay.role, bay.ward);
        for (int64_t i = 0; i < bay.nurse_count; i++)
            may_leave(&bay.nurses[i], bay.staffing);
        for (int64_t i = 0; i < bay.doctor_count; i++)
            may_leave(&bay.doctors[i], bay.staffing);
        closes_day(&h->series[day * h->wards_count + w], &bay);
    }
}

static void everybody_chooses(const Hospital *h, Staff *people, int64_t number, const Settings *p, Chance chance)
{
    for (Staff *person = people; person < people + number; person++) {
        const Ward *ward = &h->wards[person->ward];
        chooses_tasks(person, &h->patients[ward->beds_from], ward, p, chance);
    }
}

static void tick(const Hospital *h, Chance chance)
{
    const Settings *p = h->settings;
    int64_t quarter = chance.tick % TICKS_PER_DAY;
    int64_t most_returns = h->returns_count / h->wards_count;

    /* 1 arrivals */
    for (int64_t w = 0; w < h->wards_count; w++) {
        const Division *division = &h->divisions[h->wards[w].division];
        arrivals(&h->wards[w], w, &h->patients[division->queue_from], division->queue_to - division->queue_from,
                 &h->returns[w * most_returns], most_returns, &h->happened[w * MODES_COUNT], p, chance);
    }

    /* 2 change of shift */
    for (int64_t w = 0; w < h->wards_count; w++)
        if (h->wards[w].changes[quarter]) {
            Bay bay = bay_of(h, w);
            change_of_shift(h, &bay, p, chance);
        }

    /* 3 admission */
    for (int64_t d = 0; d < h->divisions_count; d++)
        gives_free_beds(&h->managers[h->divisions[d].manager], &h->divisions[d], h, chance);

    /* 4 leading and deciding: nobody leads and no decision waits, but managers look */
    for (int64_t w = 0; w < h->wards_count; w++)
        clears_inbox(&h->managers[h->wards[w].manager], chance);

    /* 5 choice of the next task */
    everybody_chooses(h, h->nurses, h->nurses_count, p, chance);
    everybody_chooses(h, h->doctors, h->doctors_count, p, chance);
    everybody_chooses(h, h->pharmacists, h->pharmacists_count, p, chance);

    /* 6 contact */
    for (int64_t w = 0; w < h->wards_count; w++) {
        Bay bay = bay_of(h, w);
        everybody_works(&bay, p, chance);
    }

    /* 7 on the hour */
    if (chance.tick % TICKS_PER_HOUR == TICKS_PER_HOUR - 1)
        an_hour_passes(h, p, chance);

    /* 8 departures */
    for (int64_t w = 0; w < h->wards_count; w++) {
        Bay bay = bay_of(h, w);
        departures(&bay, h, most_returns, chance);
    }
    for (int64_t d = 0; d < h->divisions_count; d++)
        leaves_the_queue(&h->divisions[d], h, chance);

    /* 9 at midnight */
    if (quarter == TICKS_PER_DAY - 1)
        a_day_ends(h, chance.tick / TICKS_PER_DAY);
}

void simulate(const Hospital *h, int64_t seed, int64_t start, int64_t stop)
{
    for (int64_t now = start; now < stop; now++)
        tick(h, (Chance){(uint64_t)seed, now});
}
