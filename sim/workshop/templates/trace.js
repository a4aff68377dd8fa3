// The history of one patient under both leaders, and the moment at which the two part.
(() => {
  const { book, el, told, EVENTS, several, sideMark, shortTitles } = workshop;
  const KEPT_OPEN = 4;

  const HARMS = ["harm", "misfortune"], SMALL = ["error", "barrier", "care"];

  const item = (event) => told(event, event.when, false);

  // What is small stands folded where it came, unless harm was done in the same quarter of an hour.
  const inGroups = (events) => {
    const harmed = new Set(events.filter(({ kind }) => HARMS.includes(kind)).map(({ tick }) => tick));
    const groups = [];
    for (const event of events) {
      const small = SMALL.includes(event.kind) && !harmed.has(event.tick), last = groups.at(-1);
      if (small && last?.small) last.events.push(event);
      else groups.push({ small, events: [event] });
    }
    return groups;
  };

  const counts = (events) => [...new Set(events.map(({ kind }) => EVENTS[kind].words))]
    .map((words) => [words, events.filter(({ kind }) => EVENTS[kind].words === words).length])
    .map(([words, count]) => `${words} × ${count}`).join(", ");

  const list = (events, label) => el("ol", { class: "events", "aria-label": label }, inGroups(events).map(({ small, events: some }) =>
    (small && some.length > 1 ? el("li", {}, el("details", {}, el("summary", { class: "quiet" }, `In between: ${counts(some)}`),
      el("ol", { class: "events" }, some.map(item)))) : some.map(item))));

  const inCommon = (events) => {
    if (!events.length) return null;
    const early = events.slice(0, -KEPT_OPEN), late = events.slice(-KEPT_OPEN);
    return el("div", { class: "in-common" }, el("h3", {}, "The same under both"),
      early.length ? el("details", {}, el("summary", {}, `${several(early.length, "event")} before`), list(early, "Before")) : null,
      list(late, "The same under both"));
  };

  const side = (place, words, events) => el("div", { class: `side ${workshop.SIDES[place].tone}` },
    el("h3", {}, sideMark(place), words), events.length ? list(events, `Under ${words}`)
      : el("p", {}, "Nothing more: this patient does not come, or nothing of the kind happens."));

  const parting = (events) => {
    const [first] = events.filter(Boolean).sort((one, other) => one.tick - other.tick);
    return el("p", { class: "parting" }, el("strong", {}, "Here the two part"), first ? ` – ${first.when}` : "");
  };

  const trace = ({ patient, setting, events, otherwise, parts }) => {
    const [one, other] = shortTitles(setting, otherwise.setting), at = parts ?? events.length;
    const [rest, theirs] = [events.slice(at), parts === null ? [] : otherwise.events.slice(at)];
    return el("div", { class: "trace" },
      el("p", {}, "One patient shows how harm comes about, and never which of the two wards is the better."),
      el("p", { class: "quiet" }, `Patient ${patient}: the same patient with the same luck. What the hospital does not `
        + "know is marked so; numbers behind an event are what weighed on it, most of them between 0 and 1."),
      el("details", {}, el("summary", {}, "Why this patient"), el("p", { class: "quiet" }, book.about.rules.patient)),
      inCommon(events.slice(0, at)),
      parts === null ? el("p", { class: "parting" }, "The two histories never part.")
        : [parting([rest[0], theirs[0]]), el("div", { class: "two" }, side(0, one, rest), side(1, other, theirs))]);
  };

  Object.assign(workshop, { trace });
})();
