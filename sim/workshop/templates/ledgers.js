// Both ledgers as small multiples: what the hospital sees, and what happened.
(() => {
  const { el, draw, outcome, meanOf, isCounted, inPairs, against, asOutcome, sideMark, SIDES, SHAPES, shortTitles } = workshop;
  const WIDTH = 300, MOST_MARKS = 300, LEAST_MARKS = 3;

  // What one mark stands for, where a mean is so many of something; else null.
  const markIs = (name, most) => {
    const { unit } = outcome(name);
    if (most < LEAST_MARKS || most > MOST_MARKS) return null;
    if (unit.startsWith("%")) return "each mark is one in a hundred";
    return unit.startsWith("per ") ? "each mark is one" : null;
  };

  const marks = (count, side, most) => {
    const columns = most > 100 ? 50 : 25, cell = WIDTH / columns, rows = Math.ceil(Math.round(most) / columns);
    const marked = Array.from({ length: Math.round(count) }, (_, k) => draw("path", { d: SHAPES[SIDES[side].shape],
      transform: `translate(${(k % columns + 0.5) * cell} ${(Math.floor(k / columns) + 0.5) * cell}) scale(${cell / 24})` }));
    return draw("svg", { class: `marks ${SIDES[side].tone}`, viewBox: `0 0 ${WIDTH} ${rows * cell}`, "aria-hidden": "true" }, marked);
  };

  const bar = (value, side, most) => draw("svg", { class: `marks ${SIDES[side].tone}`, viewBox: `0 0 ${WIDTH} 16`,
    preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("rect", { class: "whole", y: 1, width: WIDTH, height: 14 }),
    draw("rect", { y: 1, width: most > 0 ? Math.max(1, WIDTH * value / most) : 0, height: 14 }));

  const row = (name, keys, side, figure, most) => {
    const value = meanOf(keys[side], name);
    return el("div", { class: "of-side" },
      el("p", { class: "value" }, keys.length > 1 ? sideMark(side) : null, el("strong", {}, asOutcome(name, value))),
      isCounted(keys[side], name) && figure(value, side, most));
  };

  const differs = (name, keys) => {
    const pairs = inPairs(...keys, name);
    return el("p", { class: "difference" }, pairs.length ? `B against A: ${against(name, pairs)}.`
      : "There was nothing to count on one of the two wards.");
  };

  // One outcome of one setting, or of two.
  const panel = (name, keys, isAsked) => {
    const { title, unit } = outcome(name);
    const most = Math.max(...keys.filter((key) => isCounted(key, name)).map((key) => meanOf(key, name)));
    const mark = markIs(name, most);
    return el("div", { class: isAsked ? "panel asked-for" : "panel" }, el("h4", {}, title),
      isAsked && el("p", { class: "flag" }, "This was asked"),
      el("p", { class: "unit" }, [unit, mark].filter(Boolean).join("; ")),
      keys.map((_, side) => row(name, keys, side, mark === null ? bar : marks, most)), keys.length > 1 && differs(name, keys));
  };

  const legend = (keys) => (keys.length < 2 ? null : el("p", { class: "legend" },
    shortTitles(...keys).map((words, side) => el("span", {}, sideMark(side), words))));

  const HEADS = { seen: "What the hospital sees", happened: "What happened" };

  const panels = (kind, names, keys, asked) => el("div", { class: `panels ${kind}` }, names.map((name) => panel(name, keys, name === asked)));

  // What is on record beside what it stands for; then what stands in one ledger alone.
  const paired = (seen, happened) => {
    const partner = (name) => happened.find((other) => outcome(other).counterpart === name || outcome(name).counterpart === other);
    const pairs = seen.map((name) => [name, partner(name)]).filter(([, other]) => other);
    return { pairs, alone: { seen: seen.filter((name) => !partner(name)),
      happened: happened.filter((name) => !pairs.some(([, other]) => other === name)) } };
  };

  const inBoth = (keys, seen, happened, asked) => {
    const { pairs, alone } = paired(seen, happened);
    const rest = (kind, words) => alone[kind].length > 0 && el("div", { class: "alone" }, el("h3", {}, pairs.length ? words : HEADS[kind]),
      panels(kind, alone[kind], keys, asked));
    return el("div", { class: "both" },
      pairs.map(([name, other]) => el("div", { class: "pair" }, ["seen", "happened"].map((kind, place) =>
        el("div", { class: `panels ${kind}` }, el("h3", {}, HEADS[kind]), panel([name, other][place], keys, [name, other][place] === asked))))),
      rest("seen", "What the hospital sees besides"), rest("happened", "What happened, and stands in no record"));
  };

  // What the hospital sees alone; or, once it may be shown, what happened beside it. What was asked is marked, and what
  // cannot be counted in this kind of care is left out.
  const ledgers = (keys, seen, happened, asked = null) => {
    const counted = (names) => names.filter((name) => keys.some((key) => isCounted(key, name)));
    return el("div", { class: "ledgers" }, legend(keys),
      happened === null ? el("div", {}, el("h3", {}, HEADS.seen), panels("seen", counted(seen), keys, asked))
        : inBoth(keys, counted(seen), counted(happened), asked));
  };

  const ofLedger = (which) => workshop.book.outcomes.filter(({ ledger }) => ledger === which).map(({ name }) => name);

  Object.assign(workshop, { ledgers, ofLedger, legend });
})();
