// The shapes: how a patient does, who somebody is, what happens. Shape or word says it; colour says it again.
(() => {
  const { draw, el } = workshop;

  // Colours of Okabe and Ito (2008). Solid: the hospital knows. Hollow: nobody does.
  const PATIENTS = {
    s: { words: "stable", shape: "circle", colour: "#56b4e9" },
    r: { words: "ready to go home", shape: "house", colour: "#009e73" },
    k: { words: "getting worse, and known", shape: "triangle", colour: "#e69f00" },
    d: { words: "getting worse, and nobody knows", shape: "triangle", colour: "#e69f00", hidden: true },
    C: { words: "critical, and known", shape: "diamond", colour: "#d55e00" },
    c: { words: "critical, and nobody knows", shape: "diamond", colour: "#d55e00", hidden: true },
    x: { words: "died", shape: "cross", colour: "#1a1a1a" },
  };

  const SHAPES = {
    circle: "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0z",
    house: "M0 -10L10 -1H7V9H-7V-1H-10z",
    triangle: "M0 -11L11 9H-11z",
    diamond: "M0 -12L12 0L0 12L-12 0z",
    cross: "M-9 -6L-6 -9L0 -3L6 -9L9 -6L3 0L9 6L6 9L0 3L-6 9L-9 6L-3 0z",
    square: "M-8.5 -8.5H8.5V8.5H-8.5z",
    hexagon: "M0 -10L9 -5V5L0 10L-9 5V-5z",
    star: "M0 -15L4.1 -5.6L14.3 -4.6L6.6 2.1L8.8 12.1L0 6.9L-8.8 12.1L-6.6 2.1L-14.3 -4.6L-4.1 -5.6z",
  };

  const STAFF = {
    nurse: { words: "nurse", letter: "N", shape: "square", colour: "#005c42" },
    doctor: { words: "doctor", letter: "D", shape: "circle", colour: "#00568a" },
    pharmacist: { words: "pharmacist", letter: "P", shape: "hexagon", colour: "#8a3f6c" },
    manager: { words: "manager", letter: "M", shape: "square", colour: "#595959" },
  };
  const LEAD = { words: "the ward’s leader", shape: "star", colour: "#f0e442" };

  // Kinds of events: the word beside the mark, what it means, and the row of the timeline.
  const PATIENT = "Patients", SPOKEN = "Errors and voice", DECIDED = "Decisions";
  const EVENTS = {
    error: { words: "error", means: "something went wrong", row: SPOKEN, tone: "warm", plan: true },
    barrier: { words: "check", means: "an error was noticed or put right", row: SPOKEN, tone: "plain", plan: true },
    voice: { words: "speaks", means: "somebody says what they see or think", row: SPOKEN, tone: "blue", plan: true },
    silence: { words: "silent", means: "somebody keeps it back", row: SPOKEN, tone: "hollow", plan: true },
    record: { words: "incident", means: "staff see that it was an incident, or report it", row: SPOKEN, tone: "plain", plan: true },
    unseen: { words: "unseen", means: "nobody sees that it was an incident", row: SPOKEN, tone: "hollow", plan: true },
    harm: { words: "harm", means: "care did harm", row: PATIENT, tone: "warm", plan: true },
    misfortune: { words: "harm", means: "care did harm", row: PATIENT, tone: "warm", plan: true },
    decline: { words: "worse", means: "a patient begins to get worse", row: PATIENT, tone: "plain", plan: true },
    body: { words: "turn", means: "a patient turns critical, settles or dies", row: PATIENT, tone: "plain", plan: true },
    decision: { words: "decided", means: "a decision that no rule covers is taken", row: DECIDED, tone: "plum", plan: true },
    waits: { words: "waits", means: "such a decision goes to a manager’s inbox", row: DECIDED, tone: "plum", plan: true },
    target: { words: "target", means: "the four-hour target weighs on a decision", row: DECIDED, tone: "plain", plan: true },
    flow: { words: "bed", row: PATIENT, tone: "plain" },
    care: { words: "care", tone: "plain" },
    lead: { words: "leader", tone: "plain" },
  };

  const shape = (name, attributes) => draw("path", { d: SHAPES[name], ...attributes });

  const patientMark = (letter) => {
    const { shape: name, colour, hidden } = PATIENTS[letter];
    return draw("g", { class: "patient" },
      shape(name, hidden ? { fill: "#ffffff", stroke: colour, "stroke-width": 3, "stroke-dasharray": "4 2.5" }
        : { fill: colour, stroke: "#1a1a1a", "stroke-width": 1.2 }),
      hidden && draw("text", { class: "in-mark", y: name === "triangle" ? 7 : 4 }, "?"));
  };

  const staffMark = ({ profession, lead }) => {
    const { letter, shape: name, colour } = STAFF[profession];
    if (lead) {
      return draw("g", {}, shape(LEAD.shape, { fill: LEAD.colour, stroke: "#1a1a1a", "stroke-width": 1.6 }),
        draw("text", { class: "in-mark", y: 4 }, letter));
    }
    return draw("g", {}, shape(name, { fill: colour, stroke: "#ffffff", "stroke-width": 1.2 }),
      draw("text", { class: "in-mark light", y: 4 }, letter));
  };

  const small = (mark) => draw("svg", { viewBox: "-16 -16 32 32", class: "small-mark", "aria-hidden": "true" }, mark);

  const keyEntry = (mark, words) => el("li", {}, small(mark), el("span", {}, words));

  const happenings = (kinds) => {
    const shown = new Map(Object.entries(EVENTS).filter(([kind, { plan }]) => plan && kinds.has(kind)).map(([, each]) => [each.words, each]));
    return [...shown.values()].map(({ words, means, tone }) =>
      el("li", {}, el("span", { class: `kind ${tone}` }, words), el("span", {}, means)));
  };

  // What the marks mean; those for what nobody knows only where that is shown, and of events those that there are.
  const key = (all, kinds) => el("ul", { class: "key", "aria-label": "What the marks mean" },
    Object.entries(PATIENTS).filter(([, mark]) => all || !mark.hidden).map(([letter, { words }]) =>
      keyEntry(patientMark(letter), words)),
    Object.entries(STAFF).map(([profession, { words }]) => keyEntry(staffMark({ profession }), words)),
    keyEntry(staffMark({ profession: "doctor", lead: true }), `${LEAD.words} (a star; the letter says the profession)`),
    happenings(kinds));

  // The two settings that are compared: a circle and a square wherever they are.
  const SIDES = [{ name: "A", shape: "circle", tone: "side-a" }, { name: "B", shape: "square", tone: "side-b" }];
  const sideMark = (side) => draw("svg", { viewBox: "-16 -16 32 32", class: `side-mark ${SIDES[side].tone}`, "aria-hidden": "true" },
    draw("path", { d: SHAPES[SIDES[side].shape], transform: "scale(1.4)" }),
    draw("text", { class: "in-mark light", y: 5 }, SIDES[side].name));

  Object.assign(workshop, { PATIENTS, EVENTS, ROWS: [PATIENT, SPOKEN, DECIDED], SIDES, SHAPES, patientMark, staffMark,
    sideMark, key });
})();
