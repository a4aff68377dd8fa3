// Goes from view to view, keeps the way back, and listens for shortcuts; the page begins here.
(() => {
  const { book, el, button, fill, readFrom, notice, server, forgetAll, shortcutsAreOn, switchShortcuts } = workshop;
  const main = document.getElementById("main"), places = document.getElementById("places");
  const VIEWS = { start: workshop.startView, puzzle: workshop.puzzleView, explore: workshop.exploreView, leaders: workshop.leadersView,
    glossary: workshop.glossaryView, handout: workshop.handoutView, phones: workshop.phonesView };
  const NAMES = { start: "Puzzles", explore: "Explore", leaders: "Two leaders", glossary: "Glossary", handout: "Handout" };
  const SHORTCUTS = { k: "play or pause", j: "back a quarter of an hour", l: "on a quarter of an hour", n: "the next event; in a puzzle, the next step",
    w: "what happened, shown or hidden", f: "the ward only, or everything", h: "to the puzzles", "?": "this list" };
  let shown = {};

  const bar = (now) => fill(places, Object.entries(server.isGiven ? { ...NAMES, phones: "Phones" } : NAMES).map(([name, title]) =>
    button(title, () => go(name), { "aria-current": name === now || (now === "puzzle" && name === "start") ? "page" : null })),
  button("?", () => help.showModal(), { "aria-label": "Shortcuts", class: "small" }));

  const show = (name, given) => {
    shown.leave?.();
    shown = VIEWS[name](given);
    document.title = shown.title;
    bar(name);
    fill(main, shown.nodes);
    const focus = given.focus ? main.querySelector(given.focus) : main.querySelector(name === "puzzle" ? ".step h2" : "h1");
    if (!given.focus) window.scrollTo(0, 0);
    readFrom(focus);
  };

  // To a view with what it is given; `stays` where the same view only changes.
  const go = (name, given = {}, stays = false) => {
    const place = [{ name, given }, ""];
    if (stays) window.history.replaceState(...place);
    else window.history.pushState(...place);
    if (!(name === "puzzle" && given.step === 1)) notice();
    show(name, given);
  };

  const dialog = (title, ...children) => {
    const id = workshop.newId("dialog"), node = el("dialog", { "aria-labelledby": id }, el("h2", { id }, title), children);
    document.body.append(node);
    return node;
  };

  const box = el("input", { type: "checkbox", checked: shortcutsAreOn(), change: () => switchShortcuts(box.checked) });
  const help = dialog("Shortcuts", el("dl", { class: "shortcuts" }, Object.entries(SHORTCUTS).map(([key, words]) =>
    el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, words)))),
  el("p", {}, el("label", { class: "check" }, box, el("span", {}, "Listen for shortcuts"))),
  el("p", { class: "actions" }, button("Close", () => help.close(), { class: "main" })));

  const reset = () => {
    forgetAll();
    box.checked = shortcutsAreOn();
    question.close();
    go("start");
    notice(el("p", {}, "All predictions are forgotten."));
  };
  const question = dialog("Forget all predictions?", el("p", {}, "Every puzzle begins anew."),
    el("p", { class: "actions" }, button("Forget them", reset, { class: "main" }), button("Keep them", () => question.close())));

  const isTyping = ({ target }) => target.closest("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, dialog") !== null;

  const pressed = (event) => {
    if (!shortcutsAreOn() || event.ctrlKey || event.altKey || event.metaKey || isTyping(event)) return;
    const act = { ...shown.keys, h: () => go("start"), "?": () => help.showModal() }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  Object.assign(workshop, { go, askReset: () => question.showModal() });
  document.addEventListener("keydown", pressed);
  window.addEventListener("popstate", ({ state }) => state && show(state.name, state.given));
  document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); readFrom(main); });
  fill(document.getElementById("about"), workshop.about());
  window.history.replaceState({ name: "start", given: {} }, "");
  show("start", {});
})();
