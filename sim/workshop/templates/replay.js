// A day that is played: one clock for one ward or two, a timeline, and beside each ward what happens in words.
(() => {
  const { el, draw, button, choice, fill, newId, EVENTS, ROWS, TICKS, eventsOf, byTick, decisionsBy, inOneSentence,
    timeOf, written, several, key, sideMark } = workshop;
  const MORNING = 28, MOST_EARLIER = 30;
  const SPEEDS = [{ name: "0.5", title: "half" }, { name: "1", title: "usual" }, { name: "2", title: "double" },
    { name: "4", title: "fourfold" }];
  const WATCHED = [{ name: "any", title: "anything" }, { name: "error", title: "an error" }, { name: "silence", title: "a silence" },
    { name: "voice", title: "a voice" }, { name: "harm", title: "harm" }, { name: "decision", title: "a decision" }];

  const why = (reasons) => {
    const told = Object.entries(reasons);
    if (!told.length) return null;
    return el("details", { class: "reasons" }, el("summary", {}, "What stood behind it"), el("ul", {},
      told.map(([words, value]) => el("li", {}, `${words}: ${written(value, Number.isInteger(value) ? 0 : 2)}`))));
  };

  const about = ({ patient, lead }, namesPatient) => [namesPatient && patient ? `patient ${patient}` : "", lead].filter(Boolean).join("; ");

  // An event in words: when, what happened, to whom, whether the hospital has it on record, and what stood behind it.
  const told = (event, when = null, namesPatient = true) => el("li", { class: event.on_record ? "event" : "event unrecorded" },
    el("span", { class: `kind ${EVENTS[event.kind].tone}` }, EVENTS[event.kind].words), " ",
    el("div", { class: "what" }, when && [el("time", {}, when), " "],
      el("span", {}, event.words), about(event, namesPatient) && el("span", { class: "quiet" }, ` (${about(event, namesPatient)})`),
      !event.on_record && event.kind !== "lead" && [" ", el("span", { class: "off-record" }, "in no record")], why(event.reasons)));

  const logOf = (day, name) => {
    const now = el("div", { class: "now", "aria-live": "polite", "aria-atomic": "true" });
    const earlier = el("ol", { class: "events" });
    const node = el("section", { class: "log", "aria-label": `What happens in ${name}`, tabindex: "0" }, now,
      el("h4", {}, "Earlier today"), earlier);
    const show = (tick, all, groups, playing) => {
      now.setAttribute("aria-live", playing ? "off" : "polite");
      fill(now, el("p", { class: "sentence" }, inOneSentence(day, tick, all)),
        groups[tick].length ? el("ol", { class: "events" }, groups[tick].map((event) => told(event)))
          : el("p", { class: "quiet" }, "Nothing new in this quarter of an hour."));
      const past = groups.slice(0, tick).flatMap((events, when) => events.map((event) => told(event, timeOf(when))));
      fill(earlier, past.slice(-MOST_EARLIER).reverse());
    };
    return { node, show };
  };

  const layersOf = (day) => {
    const node = el("ol", { class: "layers" });
    const show = (tick) => fill(node, decisionsBy(day, tick).map(({ title, taken, waiting, now }) =>
      el("li", { class: now ? "layer now" : "layer" }, el("strong", {}, title),
        el("span", {}, `${taken} decided`), el("span", {}, `${waiting} waiting`))));
    return { node: el("div", { class: "decisions" }, el("h4", {}, "Where today’s decisions go"), node), show };
  };

  const marksOf = (groups) => {
    const rows = ROWS.map((row, place) => groups.map((events, tick) => {
      const here = events.filter(({ kind }) => EVENTS[kind].row === row).length;
      const height = Math.min(here, 4) * 3.5;
      return here ? draw("rect", { class: `row-${place}`, x: tick * 10 + 1.5, y: 18 * place + 16 - height, width: 7, height }) : null;
    }));
    return [ROWS.map((_, place) => draw("line", { x1: 0, x2: 10 * TICKS, y1: 18 * place + 16.5, y2: 18 * place + 16.5 })), rows];
  };

  const timelineOf = (go) => {
    const id = newId("time");
    const marks = draw("svg", { viewBox: `0 0 ${10 * TICKS} 54`, preserveAspectRatio: "none", "aria-hidden": "true" });
    const slider = el("input", { id, type: "range", min: 0, max: TICKS - 1, step: 1, input: () => go(Number(slider.value)) });
    const node = el("div", { class: "timeline" }, el("label", { for: id, class: "unseen" }, "Time of day"),
      el("div", { class: "rows", "aria-hidden": "true" }, ROWS.map((row) => el("span", {}, row))),
      el("div", { class: "track" }, marks, slider,
        el("div", { class: "hours", "aria-hidden": "true" }, [0, 6, 12, 18, 24].map((hour) => el("span", {}, `${hour}:00`)))));
    return { node, mark: (groups) => marks.replaceChildren(...marksOf(groups).flat(Infinity).filter(Boolean)),
      show: (tick) => { slider.value = tick; slider.setAttribute("aria-valuetext", timeOf(tick)); } };
  };

  const ACTIVITIES = { listen: "listens to staff", coach: "coaches", walk: "walks the ward", design: "works on how care is done",
    show_data: "shows staff data on their work", convene: "brings the team together", review_trials: "reviews trials of treatment",
    recognise: "recognises good work", chase: "chases what is late", direct_care: "cares for patients", paperwork: "does paperwork" };

  const ledBy = (activity) => (activity ? `The leader ${ACTIVITIES[activity]}.` : "The leader is not leading just now: at other work, or away.");

  const oneWard = (day, name, side, width) => {
    const ward = workshop.wardOf(day, name, width), log = logOf(day, name), layers = layersOf(day);
    const title = el("h3", { class: "ward-title" }, side === null ? null : sideMark(side), el("span", {}, name));
    const leading = el("p", { class: "leading" });
    return { day, node: el("div", { class: "watched" }, el("div", { class: "drawn" }, title, leading, ward.node, layers.node), log.node),
      show: (tick, all, groups, playing, pace, followed) => {
        ward.show(tick, all, groups[tick], playing ? 0.8 * pace : 300, followed);
        log.show(tick, all, groups, playing);
        layers.show(tick);
        leading.textContent = ledBy(day.leading[tick]);
      } };
  };

  // Days, their names, and whether what happened is shown from the start.
  const replay = ({ days, names, all }) => {
    const sided = days.length > 1, width = Math.min(window.innerWidth, 1900) / (sided && window.innerWidth >= 1000 ? 2 : 1);
    const wards = days.map((day, place) => oneWard(day, names[place], sided ? place : null, width));
    let tick = MORNING, speed = 1, watched = "any", followed = 0, timer = null, groups = [];

    const clock = el("output", { class: "clock", "aria-live": "off" });
    const play = button("Play", () => (timer === null ? start() : pause()), { class: "main", "aria-keyshortcuts": "k" });
    const sees = button("Show what happened", () => reveal(!all), { "aria-pressed": String(all), "aria-keyshortcuts": "w" });
    const keyHome = el("div"), stage = button("Ward only", () => fillScreen(!document.body.classList.contains("stage")),
      { "aria-pressed": "false", "aria-keyshortcuts": "f" });
    const timeline = timelineOf((to) => { pause(); go(to); });

    // Nothing but the ward, its clock and its log, for a projector.
    const fillScreen = (on) => {
      document.body.classList.toggle("stage", on);
      stage.setAttribute("aria-pressed", String(on));
      if (on) window.scrollTo(0, 0);
    };
    const leave = () => { pause(); fillScreen(false); };

    const pace = () => 1000 / speed;
    const show = () => {
      clock.textContent = timeOf(tick);
      timeline.show(tick);
      wards.forEach((ward, place) => ward.show(tick, all, groups[place], timer !== null, pace(), followed));
    };
    const go = (to) => { tick = Math.max(0, Math.min(TICKS - 1, to)); show(); };
    const pause = () => {
      clearTimeout(timer);
      timer = null;
      play.textContent = "Play";
      show();
    };
    const next = () => {
      if (tick === TICKS - 1 || !play.isConnected) return pause();
      go(tick + 1);
      timer = setTimeout(next, pace());
    };
    const start = () => {
      if (tick === TICKS - 1) tick = 0;
      play.textContent = "Pause";
      bringIntoView();
      timer = setTimeout(next, pace());
      show();
    };
    // Who plays a day wants to see it: a ward that ends below the screen is moved up.
    const bringIntoView = () => {
      const lowest = Math.max(...[...node.querySelectorAll(".ward")].map((ward) => ward.getBoundingClientRect().bottom));
      if (lowest > window.innerHeight) node.scrollIntoView();
    };
    const step = (by) => { pause(); go(tick + by); };
    const isWatched = ({ kind }) => kind === watched || (watched === "any" && EVENTS[kind].row) ||
      (watched === "decision" && kind === "waits");
    const nextEvent = () => {
      const found = groups[0].findIndex((_, when) => when > tick && groups.some((group) => group[when].some(isWatched)));
      pause();
      if (found < 0) workshop.notice(el("p", {}, all ? "Nothing of that kind comes later today."
        : "The hospital sees nothing of that kind later today. “Show what happened” may show more."));
      else go(found);
    };
    const reveal = (on) => {
      all = on;
      groups = days.map((day) => byTick(eventsOf(day, all)));
      sees.setAttribute("aria-pressed", String(all));
      timeline.mark(groups[0].map((events, when) => groups.flatMap((group) => group[when])));
      fill(keyHome, key(all, new Set(groups.flat(2).map(({ kind }) => kind))));
      show();
    };

    const controls = el("div", { class: "controls", role: "group", "aria-label": "The clock" }, clock,
      button("Back", () => step(-1), { "aria-label": "Back a quarter of an hour", "aria-keyshortcuts": "j" }), play,
      button("Step", () => step(1), { "aria-label": "On a quarter of an hour", "aria-keyshortcuts": "l" }),
      choice("Speed", SPEEDS, "1", (name) => { speed = Number(name); }),
      button("Next", nextEvent, { "aria-label": "Go to the next event of the chosen kind", "aria-keyshortcuts": "n" }),
      choice("Event", WATCHED, watched, (name) => { watched = name; }),
      choice("Follow patient", patientsOf(days), "0", (name) => { followed = Number(name); show(); }), sees, stage);
    const node = el("div", { class: sided ? "replay sided" : "replay" }, controls, timeline.node,
      el("div", { class: "wards" }, wards.map((ward) => ward.node)),
      el("details", { class: "key-home", open: window.innerWidth >= 1000 }, el("summary", {}, "What the marks mean"), keyHome),
      el("p", { class: "quiet" }, wordsOn(days)));
    reveal(all);
    return { node, leave, keys: { k: () => play.click(), j: () => step(-1), l: () => step(1), n: nextEvent, w: () => sees.click(), f: () => stage.click() } };
  };

  // Those who are in all of the wards at some time of the day, so that they can be found again.
  const patientsOf = (days) => {
    const [first, ...others] = days.map(({ who }) => new Set(who.flatMap(({ beds }) => beds)));
    const shared = [...first].filter((number) => number && others.every((other) => other.has(number))).sort((one, other) => one - other);
    return [{ name: "0", title: "none" }, ...shared.map((number) => ({ name: String(number), title: String(number) }))];
  };

  const wordsOn = (days) => `${[...new Set(days.map((day) => day.title))].join("; ")}. `
    + `${several(days[0].beds, "bed")}; each step is a quarter of an hour.`;

  Object.assign(workshop, { replay, told });
})();
