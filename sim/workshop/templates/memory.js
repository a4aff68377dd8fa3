// What the room has predicted and how far it is: kept for this tab alone, and only until it is closed.
(() => {
  const PLACE = `workshop ${workshop.book.about.title} ${workshop.book.about.version}`;
  const empty = () => ({ predictions: {}, reached: {}, shortcuts: true });

  // A browser may forbid a file to keep anything; then the page remembers until it is closed or loaded again.
  const store = (() => {
    try {
      window.sessionStorage.setItem(`${PLACE} test`, "");
      window.sessionStorage.removeItem(`${PLACE} test`);
      return window.sessionStorage;
    } catch {
      return null;
    }
  })();

  const kept = () => {
    const text = store?.getItem(PLACE);
    return text ? { ...empty(), ...JSON.parse(text) } : empty();
  };

  let state = kept();

  const remember = (change) => {
    state = { ...state, ...change };
    store?.setItem(PLACE, JSON.stringify(state));
  };

  const forgetAll = () => {
    store?.removeItem(PLACE);
    state = empty();
  };

  const predicted = (puzzle) => state.predictions[puzzle.name] ?? null;

  const commit = (puzzle, prediction) =>
    remember({ predictions: { ...state.predictions, [puzzle.name]: prediction } });

  const reached = (puzzle) => state.reached[puzzle.name] ?? 0;

  const reach = (puzzle, step) =>
    remember({ reached: { ...state.reached, [puzzle.name]: Math.max(reached(puzzle), step) } });

  Object.assign(workshop, { forgetAll, predicted, commit, reached, reach, store,
    shortcutsAreOn: () => state.shortcuts, switchShortcuts: (on) => remember({ shortcuts: on }) });
})();
