// The first screen: what this is, and what there is to do.
(() => {
  const { book, el, button, part, stateOf } = workshop;
  const SIGNS = { done: "✓", predicted: "●", "not yet done": "○" };

  const card = (puzzle) => {
    const state = stateOf(puzzle);
    return el("li", {}, el("button", { type: "button", class: "card puzzle", click: () => workshop.go("puzzle", { name: puzzle.name }) },
      el("span", { class: "card-title" }, puzzle.title), el("span", { class: "card-words" }, puzzle.question),
      el("span", { class: "state" }, el("span", { "aria-hidden": "true" }, `${SIGNS[state]} `), state)));
  };

  const other = (title, words, view) => el("li", {}, el("button", { type: "button", class: "card", click: () => workshop.go(view) },
    el("span", { class: "card-title" }, title), el("span", { class: "card-words" }, words)));

  const view = () => ({ title: book.about.title, nodes: [
    el("div", { class: "opening" }, el("h1", { tabindex: "-1" }, book.about.title),
      el("p", {}, "A hospital ward, played through by a computer: every patient, every nurse, every word that is said or not said."),
      el("p", {}, "Two wards differ in one thing: who leads, how far the bedside decides, how hard a target is pressed, or where people begin. You say first what will change, and commit to it."),
      el("p", {}, "Then you see what the hospital sees, and after that what happened.")),
    part(2, "Puzzles", {}, el("ul", { class: "cards" }, book.puzzles.map(card))),
    part(2, "Look around", {}, el("ul", { class: "cards more" },
      other("Explore the ward", "Choose a leader and watch a day, bed by bed.", "explore"),
      other("Two leaders side by side", "The same patients and the same luck, twice.", "leaders"),
      other("Glossary", "The words, and what this cannot tell you.", "glossary"),
      other("Handout", "Questions and debriefs on paper.", "handout"))),
    el("p", { class: "actions" }, button("Forget all predictions", workshop.askReset))] });

  Object.assign(workshop, { startView: view });
})();
