// A puzzle, step by step. What comes after the prediction is not made before it is committed.
(() => {
  const { el, button, part, paragraphs, compared, outcome, ledgers, luck, trace, predict, committed, verdict, predicted,
    reached, reach, commit, sideMark, oneOrMany, book } = workshop;

  const sides = (puzzle) => {
    const { apart, same } = compared(puzzle.a, puzzle.b);
    const card = (side, place) => el("div", { class: `card ${workshop.SIDES[place].tone}` },
      el("h3", {}, sideMark(place), `Ward ${workshop.SIDES[place].name}`),
      apart.map((row) => [el("p", { class: "large" }, row.what === "Leader" ? `${row[side]} leader` : `${row.what}: ${row[side].toLowerCase()}`),
        el("p", { class: "quiet" }, row.words[place])]));
    return el("div", {}, el("div", { class: "two" }, card("a", 0), card("b", 1)),
      el("p", { class: "quiet" }, `The same in both: ${inCommon(same).join("; ")}; the patients; and the luck.`));
  };

  // What two wards have in common, dials of one level together.
  const inCommon = (same) => {
    const dials = same.filter(({ isDial }) => isDial), levels = [...new Set(dials.map(({ a }) => a))];
    const told = (rows) => `${rows.map(({ what }) => what.toLowerCase()).join(", ")} (${rows[0].a.toLowerCase()})`;
    return [...same.filter(({ isDial }) => !isDial).map((row) => told([row])),
      ...levels.map((level) => told(dials.filter(({ a }) => a === level)))];
  };

  const answered = (puzzle, ledger) => (outcome(puzzle.asks).ledger === ledger ? verdict(puzzle, predicted(puzzle)) : null);

  const inLedger = (names, ledger) => names.filter((name) => outcome(name).ledger === ledger);

  const everything = ({ shows, debrief_shows: later }) => [...new Set([...shows, ...later])];

  const watchBoth = ({ a, b }) => (book.days[a] && book.days[b]
    ? button("Watch both wards through a day", () => workshop.go("leaders", { a, b, all: true })) : null);

  const STEPS = [
    { title: "Story", show: (puzzle) => [el("div", { class: "story" }, paragraphs(puzzle.story)), sides(puzzle)] },
    { title: "Predict", show: (puzzle) => [el("p", { class: "question" }, puzzle.question), askedOrCommitted(puzzle)] },
    { title: "What the hospital sees", show: (puzzle) => [answered(puzzle, "seen"),
      ledgers([puzzle.a, puzzle.b], inLedger(puzzle.shows, "seen"), null, puzzle.asks)] },
    { title: "What happened", show: (puzzle) => [answered(puzzle, "happened"),
      ledgers([puzzle.a, puzzle.b], inLedger(everything(puzzle), "seen"), inLedger(everything(puzzle), "happened"), puzzle.asks)] },
    { title: oneOrMany, show: (puzzle) => [luck(puzzle.a, puzzle.b, puzzle.asks)] },
    { title: "Why", show: (puzzle) => [el("div", { class: "story" }, paragraphs(puzzle.debrief)),
      el("p", { class: "quiet" }, `In Bohmer (2012): ${puzzle.passage}`), watchBoth(puzzle)] },
    { title: "One patient", show: (puzzle) => [trace(puzzle.trace)] },
    { title: "Discuss", show: (puzzle) => [el("ol", { class: "discuss" }, puzzle.discuss.map((words) => el("li", {}, words))), whereNext(puzzle)] },
  ];
  const whereNext = (puzzle) => {
    const next = book.puzzles[book.puzzles.indexOf(puzzle) + 1];
    return el("p", { class: "actions" },
      next && button(`Next puzzle: ${next.title}`, () => workshop.go("puzzle", { name: next.name }), { class: "main" }),
      button("To all puzzles", () => workshop.go("start"), { class: next ? null : "main" }));
  };

  const PREDICT = 1, LAST = STEPS.length - 1;

  const askedOrCommitted = (puzzle) => (predicted(puzzle) ? committed(puzzle, predicted(puzzle))
    : predict(puzzle, (prediction) => {
      commit(puzzle, prediction);
      workshop.notice(el("p", {}, "Committed. Now see what the hospital sees."));
      workshop.go("puzzle", { name: puzzle.name, step: PREDICT });
    }));

  const isOpen = (puzzle, step) => step <= PREDICT || (predicted(puzzle) !== null && step <= Math.max(PREDICT, reached(puzzle)) + 1);

  const stateOf = (puzzle) => {
    if (reached(puzzle) === LAST) return "done";
    return predicted(puzzle) ? "predicted" : "not yet done";
  };

  const steps = (puzzle, now) => el("nav", { "aria-label": "Steps of this puzzle" }, el("ol", { class: "steps" }, STEPS.map(({ title }, step) =>
    el("li", {}, isOpen(puzzle, step)
      ? button(title, () => workshop.go("puzzle", { name: puzzle.name, step }), { "aria-current": step === now ? "step" : null })
      : el("span", {}, title)))));

  const ONWARD = { 1: "Reveal what the hospital sees", 2: "Reveal what happened" };

  const onward = (puzzle, step) => el("p", { class: "actions" },
    step > 0 ? button("Back", () => workshop.go("puzzle", { name: puzzle.name, step: step - 1 })) : null,
    step < LAST && isOpen(puzzle, step + 1)
      ? button(ONWARD[step] ?? `On: ${STEPS[step + 1].title}`, () => workshop.go("puzzle", { name: puzzle.name, step: step + 1 }), { class: "main next" }) : null);

  const view = ({ name, step = 0 }) => {
    const puzzle = workshop.puzzle(name), now = isOpen(puzzle, step) ? step : PREDICT;
    reach(puzzle, now);
    return { title: puzzle.title, keys: { n: () => document.querySelector(".next")?.click() },
      nodes: [el("h1", { tabindex: "-1" }, puzzle.title), steps(puzzle, now),
        part(2, STEPS[now].title, { class: "step" }, ...STEPS[now].show(puzzle)), onward(puzzle, now)] };
  };

  Object.assign(workshop, { puzzleView: view, stateOf });
})();
