// One ward, set as one likes: settings that were run; with a server, any.
(() => {
  const { book, el, button, choice, fill, part, keyOf, settingOf, USUAL, moved, titleOf, replay, ledgers, ofLedger, keep, runsOf,
    readFrom, several, server, half } = workshop;
  const usual = book.dials.map(() => USUAL), PAUSE = 1000;
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

  // Both ledgers of a ward, to be drawn anew as runs come in; the second only once it is asked for.
  const results = (key) => {
    const shown = el("div"), asks = el("p", { class: "actions" }, button("Show what happened", () => reveal(), { class: "main" }));
    let happened = null;
    const show = () => fill(shown, ledgers([key], ofLedger("seen"), happened));
    const reveal = () => {
      happened = ofLedger("happened");
      asks.remove();
      readFrom(show());
    };
    return { node: el("div", {}, shown, asks), show };
  };

  const refusedKindly = (fault, key, home) => [
    el("p", { role: "alert" }, `${server.kindly(fault)} Settings that were run beforehand can still be chosen.`),
    el("p", {}, button("Try again", () => fetched(key, home)))];

  const WAITS = "This ward is being run now …";
  const queued = (ahead) => (ahead ? `${several(ahead, "other ward")} before this one …` : WAITS);
  const GROWING = "Run just now. The more runs there are, the less of what you see is luck.";

  // How far a live run is: a sentence that is read when it changes, and a bar that nobody need hear.
  const progress = () => {
    const words = el("p", { role: "status" }), bar = el("progress", { "aria-label": "Runs so far" }), count = el("span", { class: "quiet" });
    const grows = el("p", { class: "grows" }, bar, count);
    const say = (told, isWaiting) => {
      words.classList.toggle("waiting", isWaiting);
      if (words.textContent !== told) words.textContent = told;
    };
    const show = ({ replications, of, ahead }) => {
      grows.hidden = replications === 0 || replications === of;
      [bar.max, bar.value] = [of, replications];
      count.textContent = `${replications} of ${several(of, "run")}`;
      if (replications === 0) say(queued(ahead), true);
      else say(replications < of ? GROWING : `Run just now, ${several(of, "time")}.`, false);
    };
    grows.hidden = true;
    say(WAITS, true);
    return { node: el("div", {}, words, grows), show };
  };

  const pause = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

  // Asks for a setting until all of its runs are done, and shows what there is meanwhile.
  const fetched = async (key, home) => {
    const { style, mode, levels } = settingOf(key), mine = new AbortController(), how = progress(), found = results(key);
    const show = (told) => {
      how.show(told);
      if (told.replications <= runsOf(key)) return;
      keep(key, told.outcomes);
      found.show();
      found.node.hidden = false;
    };
    asked = mine;
    found.node.hidden = !runsOf(key);
    if (runsOf(key)) found.show();
    fill(home, how.node, found.node);
    try {
      for (let told = { replications: 0, of: 1 }; told.replications < told.of && !mine.signal.aborted;) {
        told = await server.run(style.name, mode.name, levels, runsOf(key), mine.signal);
        show(told);
        if (told.replications) await pause(PAUSE);
      }
    } catch (fault) {
      if (!mine.signal.aborted) fill(how.node, refusedKindly(fault, key, home));
    }
  };

  const day = (key) => {
    if (book.days[key]) return replay({ days: [book.days[key]], names: [titleOf(key)], all: false });
    return { node: el("p", {}, "No day was kept of this ward. Days are kept of all leaders and modes with their dials as usual."), keys: {} };
  };

  const view = ({ key = keyOf(book.styles[0].name, book.modes[0].name, usual) }) => {
    const { style, mode, levels } = settingOf(key), played = day(key), home = el("div");
    const leave = () => {
      played.leave?.();
      asked?.abort();
    };
    if (key in book.settings) {
      const found = results(key);
      found.show();
      fill(home, found.node);
    } else fetched(key, home);
    return { title: "Explore the ward", keys: played.keys, leave,
      nodes: [el("h1", { tabindex: "-1" }, "Explore the ward"),
        el("div", { class: "choices", id: "choices" },
          choice("Leader", book.styles, style.name, (name) => go(nearest(name, mode.name, levels), 0)),
          choice("Kind of care", book.modes, mode.name, (name) => go(nearest(style.name, name, levels), 1)), dials(key)),
        el("ul", { class: "told" }, el("li", {}, style.words), el("li", {}, mode.words), moved(key).map(({ dial }) => el("li", {}, dial.words))),
        part(2, "A day on this ward", {}, played.node), part(2, `${half(book.about.days)} on this ward`, {}, home)] };
  };

  Object.assign(workshop, { exploreView: view });
})();
