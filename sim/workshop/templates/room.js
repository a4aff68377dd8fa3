// The room behind the page, where a server gives it: votes from phones, and settings that are run when asked for.
(() => {
  const { book, el, draw, store } = workshop;
  const { server } = book;
  const KEY = "workshop key", EVERY = 2000, MOST_FAILURES = 2;
  const listeners = new Set();
  let latest = null, failures = 0, timer = null, isThere = Boolean(server);

  // The key stands after # in the address; it is taken out of it, since an address can be read off a projector.
  const key = (() => {
    const given = server ? window.location.hash.slice(1) : "";
    if (!given) return server ? store?.getItem(KEY) ?? "" : "";
    store?.setItem(KEY, given);
    window.history.replaceState(null, "", window.location.pathname);
    return given;
  })();

  const kindly = (fault) => fault.reason ?? "The server does not answer.";

  // A refusal has a status, and the server's reason in words.
  const refusal = async (answer) => {
    const words = answer.headers.get("content-type")?.startsWith("application/json") ? (await answer.json()).reason : null;
    return Object.assign(new Error("refused"), { status: answer.status, reason: words ?? `The server refused this (${answer.status}).` });
  };

  const ask = async (path, how = {}) => {
    const answer = await fetch(path, { cache: "no-store", ...how });
    if (!answer.ok) throw await refusal(answer);
    return answer;
  };

  const asJson = (body) => ({ method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

  const withKey = (how = {}) => ({ ...how, headers: { ...how.headers, Authorization: `Bearer ${key}` } });

  const here = `/api/room/${server?.room}`;

  const tell = () => listeners.forEach((listener) => listener(latest));

  const failed = () => {
    failures += 1;
    if (failures >= MOST_FAILURES) isThere = false;
  };

  const look = async () => {
    clearTimeout(timer);
    try {
      const answer = await ask(latest ? `${here}?turn=${latest.turn}` : here);
      failures = 0;
      if (answer.status !== 204) latest = await answer.json();
    } catch (fault) {
      if (fault.status !== 429) failed();
    }
    if (listeners.size) tell();
    if (listeners.size && isThere) timer = setTimeout(look, EVERY);
  };

  // Tells of the room as it changes, until the function that it gives is called.
  const watch = (listener) => {
    listeners.add(listener);
    look();
    return () => listeners.delete(listener);
  };

  const goTo = async (puzzle, phase) => {
    await ask(`${here}/phase`, withKey(asJson({ puzzle: puzzle.name, phase })));
    latest = null;
    await look();
    return latest;
  };

  // What a setting gives as far as it was run: soon, and as soon as there are more runs than were seen.
  const run = async (style, mode, levels, seen, signal) => {
    const dials = Object.fromEntries(book.dials.map(({ name }, place) => [name, levels[place]]));
    return (await ask("/api/run", { ...asJson({ style, mode, dials, seen }), signal })).json();
  };

  const votes = async () => (await ask(`${here}/votes.csv`, withKey())).blob();

  const tryAgain = () => {
    isThere = true;
    failures = 0;
    return look();
  };

  const code = () => draw("svg", { class: "qr", viewBox: "0 0 37 37", role: "img", "aria-label": "The address as a code to scan" },
    draw("path", { d: server.qr }));

  const howToJoin = () => el("div", { class: "join" }, server.qr ? code() : null,
    el("div", {}, el("p", { class: "quiet" }, server.qr ? "Open this address on a phone in the same network:"
      : "No phone can open this address, but this computer alone: the server was started without --lan."),
      el("p", { class: "address" }, server.join), el("p", { class: "quiet" }, "The room’s code:"),
      el("p", { class: "room-code" }, server.room), el("p", { class: "quiet" }, "Nobody gives a name, and nothing but counts is kept.")));

  Object.assign(workshop, { server: { isGiven: Boolean(server), letsPhonesIn: Boolean(server?.qr), isThere: () => isThere, mayLead: Boolean(key), watch, goTo, run, votes, kindly,
    howToJoin, tryAgain, latest: () => latest } });
})();
