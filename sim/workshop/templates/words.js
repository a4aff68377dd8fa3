// What is read: glossary, limits, where it comes from, the handout, the room's address.
(() => {
  const { book, el, button, part, paragraphs } = workshop;

  const terms = () => el("dl", { class: "glossary" }, book.glossary.map(({ term, words }) =>
    el("div", {}, el("dt", {}, term), el("dd", {}, words))));

  const limits = () => el("ul", { class: "limits" }, book.limits.map((words) => el("li", {}, words)));

  const glossary = () => ({ title: "Glossary", nodes: [el("h1", { tabindex: "-1" }, "Glossary"), terms(),
    part(2, "Leaders", {}, pairs(book.styles)), part(2, "Modes of care", {}, pairs(book.modes)), part(2, "Dials", {}, pairs(book.dials)),
    part(2, "What is counted", {}, pairs(book.outcomes)),
    part(2, "What this cannot tell you", {}, limits())] });

  const pairs = (list) => el("dl", { class: "glossary" }, list.map(({ title, words }) => el("div", {}, el("dt", {}, title), el("dd", {}, words))));

  const boxes = (puzzle) => el("ul", { class: "boxes" }, puzzle.options.map(({ title }) => el("li", {}, el("span", { class: "box" }), title)));

  const questions = () => book.puzzles.map((puzzle, k) => part(2, `${k + 1}. ${puzzle.title}`, { class: "asked" }, paragraphs(puzzle.story),
    el("p", { class: "question" }, puzzle.question), boxes(puzzle), el("p", { class: "lines" }, "Because:")));

  const answers = () => book.puzzles.map((puzzle, k) => part(3, `${k + 1}. ${puzzle.title}`, {},
    el("p", {}, el("strong", {}, `In the model: ${workshop.named(puzzle.options, puzzle.answer).title}.`)), paragraphs(puzzle.debrief)));

  // Answers are made when the page is printed, and gone again after it, so that no screen shows them too early.
  const handout = () => {
    const second = el("div", { class: "second-sheet" }), box = el("input", { type: "checkbox" });
    const before = () => box.checked && second.append(part(2, "Debriefs", {}, answers()), part(2, "Glossary", {}, terms()),
      part(2, "What this cannot tell you", {}, limits()));
    const after = () => second.replaceChildren();
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    const leave = () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
    return { title: "Handout", leave, nodes: [el("div", { class: "screen-only" }, el("h1", { tabindex: "-1" }, "Handout"),
      el("p", {}, "The first sheet asks the questions. The second holds debriefs, glossary and limits; it is printed and never shown here."),
      el("p", {}, el("label", { class: "check" }, box, el("span", {}, "Print the second sheet too"))),
      el("p", { class: "actions" }, button("Print", () => window.print(), { class: "main" }))),
    el("div", { class: "first-sheet" }, el("p", { class: "sheet-title" }, book.about.title), questions()), second] };
  };

  const about = () => {
    const { scenario, beds, days, replications, seed, model, version, command, run } = book.about;
    return [el("p", {}, `Everything here comes from a model: “${scenario}”, ${beds} beds, ${days} days, ${replications} runs of each setting, `
      + `seeds ${seed} to ${seed + replications - 1}. Nobody in it is real. Differences are taken before figures are rounded, so the last digit may seem to be one off.`),
    el("details", {}, el("summary", {}, "Where it comes from"), el("p", {}, book.about.rules.day), el("p", {}, book.about.rules.answer),
      el("p", {}, `Version ${version}, model ${model}. This page was made by`), el("pre", {}, command),
      el("p", {}, "and one of its runs is repeated by"), el("pre", {}, run))];
  };

  Object.assign(workshop, { glossaryView: glossary, handoutView: handout, about });
})();
