// One ward, set as one likes: settings that were run; with a server, any.
(() => {
  const { book, el, button, choice, fill, part, keyOf, settingOf, USUAL, moved, titleOf, replay, ledgers, ofLedger, isKnown, keep, server,
    half } = workshop;
  const usual = book.dials.map(() => USUAL);
  let asked = null;

  const summary = ({ dial, level }) => `${dial.title}: ${level.title.toLowerCase()}`;

  // In the file one dial is moved at most, and only where that was run.
  const oneDial = (style, mode) => [{ name: keyOf(style, mode, usual), title: "all as usual" },
    ...book.dials.flatMap((dial, place) => dial.levels.filter(({ name }) => name !== USUAL).map((level) =>
      ({ name: keyOf(style, mode, usual.with(place, level.name)), title: summary({ dial, level }) })))]
    .filter(({ name }) => name in book.settings);

  const dials = (key) => {
    const { style, mode, levels } = settingOf(key);
    if (!server.isGiven || !server.isThere()) return [choice("Dials", oneDial(style.name, mode.name), key, (name) => go(name, 2))];
    return book.dials.map((dial, place) => choice(dial.title, dial.levels, levels[place],
      (level) => go(keyOf(style.name, mode.name, levels.with(place, level)), 2 + place)));
  };

  const go = (key, place) => workshop.go("explore", { key, focus: `#choices .field:nth-child(${place + 1}) select` }, true);

  // The same dials for another leader or mode, where that was run.
  const nearest = (style, mode, levels) => {
    const key = keyOf(style, mode, levels);
    return key in book.settings || server.isThere() ? key : keyOf(style, mode, usual);
  };

  const results = (key, home) => {
    const show = (revealed) => fill(home, ledgers([key], ofLedger("seen"), revealed ? ofLedger("happened") : null),
      revealed ? null : el("p", { class: "actions" }, button("Show what happened", () => show(true), { class: "main" })));
    show(false);
  };

  const refusedKindly = (fault, key, home) => fill(home,
    el("p", { role: "alert" }, `${server.kindly(fault)} Settings that were run beforehand can still be chosen.`),
    el("p", {}, button("Try again", () => fetched(key, home))));

  const fetched = async (key, home) => {
    const { style, mode, levels } = settingOf(key), mine = new AbortController();
    asked = mine;
    fill(home, el("p", { class: "waiting", role: "status" }, "This ward is being run now …"));
    const found = await server.run(style.name, mode.name, levels, mine.signal).catch((fault) => {
      if (!mine.signal.aborted) refusedKindly(fault, key, home);
      return null;
    });
    if (!found) return;
    keep(key, found.outcomes);
    results(key, home);
    home.prepend(el("p", { class: "quiet" }, `Run just now, ${found.replications} times.`));
  };

  const day = (key) => {
    if (book.days[key]) return replay({ days: [book.days[key]], names: [titleOf(key)], all: false });
    return { node: el("p", {}, "No day was kept of this ward. Days are kept of all leaders and modes with their dials as usual."), keys: {} };
  };

  const view = ({ key = keyOf(book.styles[0].name, book.modes[0].name, usual) }) => {
    const { style, mode, levels } = settingOf(key), played = day(key), home = el("div");
    asked?.abort();
    if (isKnown(key)) results(key, home);
    else fetched(key, home);
    return { title: "Explore the ward", keys: played.keys, leave: played.leave,
      nodes: [el("h1", { tabindex: "-1" }, "Explore the ward"),
        el("div", { class: "choices", id: "choices" },
          choice("Leader", book.styles, style.name, (name) => go(nearest(name, mode.name, levels), 0)),
          choice("Kind of care", book.modes, mode.name, (name) => go(nearest(style.name, name, levels), 1)), dials(key)),
        el("ul", { class: "told" }, el("li", {}, style.words), el("li", {}, mode.words), moved(key).map(({ dial }) => el("li", {}, dial.words))),
        part(2, "A day on this ward", {}, played.node), part(2, `${half(book.about.days)} on this ward`, {}, home)] };
  };

  Object.assign(workshop, { exploreView: view });
})();
