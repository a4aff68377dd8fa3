// Two leaders side by side: the same mode of care, the same patients, the same luck, one clock.
(() => {
  const { book, el, button, choice, fill, part, keyOf, settingOf, USUAL, titleOf, shortTitles, compared, replay, ledgers, ofLedger, luck,
    isKnown, oneOrMany, readFrom } = workshop;
  const usual = book.dials.map(() => USUAL);

  const styles = () => book.styles.map(({ name, title }) => ({ name, title }));

  const both = (a, b, all) => {
    const days = [book.days[a], book.days[b]];
    if (!days.every(Boolean)) return { node: el("p", {}, "No day was kept of one of these wards; their ledgers stand below."), keys: {} };
    const names = shortTitles(a, b).map((words, side) => words || titleOf([a, b][side]));
    return replay({ days, names, all });
  };

  const below = (a, b, all) => {
    const home = el("div");
    const show = (revealed) => fill(home, ledgers([a, b], ofLedger("seen"), revealed ? ofLedger("happened") : null),
      revealed ? null : el("p", { class: "actions" }, button("Show what happened", () => readFrom(show(true)), { class: "main" })));
    show(all);
    return home;
  };

  const chance = (a, b) => {
    const home = el("div"), show = (name) => fill(home, luck(a, b, name));
    const seen = book.outcomes.filter(({ ledger }) => ledger === "seen");
    show(seen[0].name);
    return el("div", {}, el("div", { class: "choices" }, choice("Outcome", seen, seen[0].name, show)), home);
  };

  const view = ({ a, b, all = false }) => {
    const first = book.styles[0], second = book.styles[Math.floor(book.styles.length / 2)], mode = book.modes[0].name;
    const one = a ?? keyOf(first.name, mode, usual), other = b ?? keyOf(second.name, mode, usual);
    const [left, right] = [settingOf(one), settingOf(other)];
    const change = (style, otherStyle, newMode) => workshop.go("leaders",
      { a: keyOf(style, newMode, usual), b: keyOf(otherStyle, newMode, usual), all, focus: "#choices select" }, true);
    const isSame = one === other, played = isSame ? null : both(one, other, all);
    return { title: "Two leaders side by side", keys: played?.keys ?? {}, leave: played?.leave,
      nodes: [el("h1", { tabindex: "-1" }, "Two leaders side by side"),
        el("p", { class: "lead" }, "The same ward twice, with the same patients and the same luck. Numbers on beds say which patient is which."),
        el("div", { class: "choices", id: "choices" },
          choice("Kind of care", book.modes, left.mode.name, (name) => change(left.style.name, right.style.name, name)),
          choice("Leader of ward A", styles(), left.style.name, (name) => change(name, right.style.name, left.mode.name)),
          choice("Leader of ward B", styles(), right.style.name, (name) => change(left.style.name, name, left.mode.name))),
        isSame ? el("p", {}, "Choose two leaders that differ.") : [told(one, other), part(2, "A day on both wards", {}, played.node),
          isKnown(one) && isKnown(other) ? [part(2, `${half(book.about.days)}, ${book.about.replications} times`, {}, below(one, other, all)),
            part(2, oneOrMany, {}, chance(one, other))] : null]] };
  };

  const half = (days) => (days === 182 ? "Half a year" : `${days} days`);

  const told = (a, b) => {
    const apart = compared(a, b).apart.filter(({ what }) => what !== "Leader");
    return apart.length ? el("p", { class: "quiet" }, `They differ in: ${apart.map((row) => `${row.what} (${row.a.toLowerCase()} in A, `
      + `${row.b.toLowerCase()} in B)`).join("; ")}.`) : null;
  };

  Object.assign(workshop, { leadersView: view, half });
})();
