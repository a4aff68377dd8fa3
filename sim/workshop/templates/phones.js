// Where a room joins with its phones, large enough to be read from the back.
(() => {
  const { el, button, fill, notice, several, server } = workshop;

  const save = async () => {
    try {
      const address = URL.createObjectURL(await server.votes());
      el("a", { href: address, download: "votes.csv" }).click();
      URL.revokeObjectURL(address);
    } catch (fault) {
      notice(el("p", {}, server.kindly(fault)));
    }
  };

  const forLeading = () => (server.mayLead ? [el("p", {}, "Voting is opened from a puzzle’s prediction."),
    el("p", { class: "actions" }, button("Save all counts", save))]
    : el("p", {}, "This page has no facilitator’s key, so it cannot open voting. Use the address that the server wrote when it started."));

  const isLost = () => [el("p", {}, "The server does not answer. Everything but phones and live runs goes on; for votes, count hands."),
    el("p", { class: "actions" }, button("Try again", server.tryAgain))];

  const view = () => {
    const status = el("div", { class: "large", "aria-live": "polite" });
    let said = null;
    const show = (room) => {
      const words = server.isThere() ? room && `${several(room.people, "phone")} joined.` : "lost";
      if (words === said) return;
      said = words;
      fill(status, words === "lost" ? isLost() : el("p", {}, words));
    };
    const leave = server.watch(show);
    return { title: "Phones", leave, nodes: [el("h1", { tabindex: "-1" }, "Join with a phone"), server.howToJoin(), status, forLeading()] };
  };

  Object.assign(workshop, { phonesView: view });
})();
