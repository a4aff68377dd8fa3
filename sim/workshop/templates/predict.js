// A prediction: of one person, by a show of hands, or from phones. What is committed is not changed again.
(() => {
  const { el, button, choice, fill, newId, notice, several, server, book } = workshop;

  const complaint = (words) => { notice(el("p", {}, words)); };

  const alone = (puzzle, commit) => {
    const name = newId("option");
    const boxes = puzzle.options.map((option) => el("input", { type: "radio", name, value: option.name }));
    const act = () => {
      const chosen = boxes.find((box) => box.checked);
      if (!chosen) return complaint("Please choose one of the answers first.");
      return commit({ how: "alone", option: chosen.value });
    };
    return el("div", {}, el("fieldset", { class: "options" }, el("legend", {}, "What do you expect?"),
      puzzle.options.map((option, k) => el("label", { class: "option" }, boxes[k], el("span", {}, option.title)))),
    el("p", { class: "actions" }, button("Commit to this prediction", act, { class: "main" })));
  };

  const hands = (puzzle, commit) => {
    const boxes = puzzle.options.map(() => el("input", { type: "number", min: 0, max: 9999, step: 1, value: 0, inputmode: "numeric" }));
    const act = () => {
      if (boxes.some((box) => !box.checkValidity() || box.value === "")) return complaint("Please write whole numbers, 0 or more.");
      const counts = Object.fromEntries(puzzle.options.map(({ name }, k) => [name, Number(boxes[k].value)]));
      if (!Object.values(counts).some(Boolean)) return complaint("Please count at least one hand first.");
      return commit({ how: "hands", counts });
    };
    return el("div", {}, el("fieldset", { class: "options" }, el("legend", {}, "How many hands for each?"),
      puzzle.options.map((option, k) => el("label", { class: "option" }, boxes[k], el("span", {}, option.title)))),
    el("p", { class: "actions" }, button("Commit to these counts", act, { class: "main" })));
  };

  const votesSoFar = (room) => `${several(room.count, "vote")} from ${several(room.people, "phone")}.`;

  const STANDS = { waiting: "Voting has not begun.", voting: "Voting is open.", closed: "Voting is closed.", revealed: "The votes are shown." };

  const phones = (puzzle, commit, withoutServer) => {
    const status = el("p", { class: "large", "aria-live": "polite" }), actions = el("p", { class: "actions" });
    const node = el("div", { class: "two" }, server.howToJoin(), el("div", {},
      el("ul", { class: "answers" }, puzzle.options.map(({ title }) => el("li", {}, title))), status, actions));
    const inPhase = async (phase) => {
      try {
        const room = await server.goTo(puzzle, phase);
        if (phase === "revealed" && room) commit({ how: "phones", counts: room.votes });
      } catch (fault) {
        complaint(server.kindly(fault));
        if (!fault.status) withoutServer();
      }
    };
    const offers = { voting: ["Close voting", "closed"], closed: ["Show the votes and commit", "revealed"] };
    let offered = null;
    const show = (room) => {
      if (!node.isConnected) return stop();
      if (!server.isThere()) return withoutServer();
      const phase = room?.puzzle === puzzle.name ? room.phase : "waiting";
      status.textContent = phase === "waiting" ? STANDS.waiting : `${STANDS[phase]} ${votesSoFar(room)}`;
      if (phase === offered) return undefined;
      offered = phase;
      const hadFocus = actions.contains(document.activeElement);
      const [words, next] = offers[phase] ?? ["Open voting", "voting"];
      fill(actions, button(words, () => inPhase(next), { class: "main" }));
      if (hadFocus) actions.firstChild.focus();
      return undefined;
    };
    const stop = server.watch(show);
    queueMicrotask(() => show(server.latest()));
    return node;
  };

  const ways = () => [{ name: "alone", title: "One prediction" }, { name: "hands", title: "A show of hands" },
    ...(server.isGiven && server.isThere() && server.mayLead ? [{ name: "phones", title: "Phones" }] : [])];

  // The form for a prediction; `commit` is called once with what was predicted.
  const predict = (puzzle, commit) => {
    const host = el("div", { class: "predict" });
    const forms = { alone: () => alone(puzzle, commit), hands: () => hands(puzzle, commit), phones: () => phones(puzzle, commit, lost) };
    const lost = () => {
      notice(el("p", {}, "The server does not answer. Go on with a show of hands: count them and type the numbers in."));
      offer("hands");
    };
    const offer = (way) => fill(host, el("div", { class: "choices" }, choice("Who predicts?", ways(), way, offer)), forms[way]());
    const withRoom = server.letsPhonesIn ? "phones" : "hands";
    offer(ways().length > 2 ? withRoom : "alone");
    return host;
  };

  const bars = (puzzle, counts) => {
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return el("dl", { class: "votes" }, puzzle.options.map(({ name, title }) => {
      const count = counts[name] ?? 0, bar = el("span", { class: "bar", "aria-hidden": "true" });
      bar.style.width = `${total ? 100 * count / total : 0}%`;
      return el("div", {}, el("dt", {}, title), el("dd", {}, bar, el("span", {}, `${count} of ${total}`)));
    }));
  };

  const optionOf = (puzzle, name) => workshop.named(puzzle.options, name);

  // What was committed, for all to see.
  const committed = (puzzle, prediction) => el("div", { class: "committed" }, el("h3", {}, "Committed"),
    prediction.how === "alone" ? el("p", { class: "large" }, `“${optionOf(puzzle, prediction.option).title}”`)
      : bars(puzzle, prediction.counts));

  // How a prediction and the model's answer go together.
  const verdict = (puzzle, prediction) => {
    const answer = optionOf(puzzle, puzzle.answer);
    const how = () => {
      if (prediction.how === "alone") {
        const said = optionOf(puzzle, prediction.option);
        return said === answer ? "You predicted this." : `You predicted “${said.title}”.`;
      }
      const total = Object.values(prediction.counts).reduce((sum, count) => sum + count, 0);
      return `${prediction.counts[answer.name] ?? 0} of ${total} predicted this.`;
    };
    return el("div", { class: "verdict" }, el("p", { class: "first" }, `In the model: ${answer.title}`), el("p", {}, how()),
      el("p", { class: "quiet" }, book.about.rules.answer));
  };

  Object.assign(workshop, { predict, committed, verdict });
})();
