// The room behind the page, where a server gives it: votes from phones, and settings that are run when asked for.
(() => {
  const { book, el, draw, store } = workshop;
  const { server } = book;
  const KEY = "workshop key", EVERY = 2000, MOST_FAILURES = 2;
  const REFUSED = { 401: "The facilitator’s key is missing or wrong.", 403: "The facilitator’s key is missing or wrong.",
    429: "The room asks for a great deal at once. Please try again in a moment.",
    503: "The server is busy with other runs. Please try again in a moment." };
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

  const kindly = (fault) => (fault.status ? REFUSED[fault.status] ?? `The server refused this (${fault.status}).`
    : "The server does not answer.");

  const ask = async (path, body, more) => {
    const how = body ? { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...more?.headers } } : {};
    const answer = await fetch(path, { ...how, signal: more?.signal, cache: "no-store" });
    if (!answer.ok) throw Object.assign(new Error("refused"), { status: answer.status });
    return answer.status === 204 ? null : answer.json();
  };

  const tell = () => listeners.forEach((listener) => listener(latest));

  const failed = () => {
    failures += 1;
    if (failures >= MOST_FAILURES) isThere = false;
  };

  const look = async () => {
    clearTimeout(timer);
    try {
      const found = await ask(`/api/room/${server.room}${latest ? `?turn=${latest.turn}` : ""}`);
      failures = 0;
      latest = found ?? latest;
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
    await ask(`/api/room/${server.room}/phase`, { puzzle: puzzle.name, phase }, { headers: { Authorization: `Bearer ${key}` } });
    latest = null;
    await look();
    return latest;
  };

  const run = (style, mode, levels, signal) => {
    const dials = Object.fromEntries(book.dials.map(({ name }, place) => [name, levels[place]]));
    return ask("/api/run", { style, mode, dials }, { signal });
  };

  const code = () => {
    const path = draw("path", { d: server.qr }), picture = draw("svg", { class: "qr", role: "img", "aria-label": "The address as a code to scan" }, path);
    const frame = () => {
      const { x, y, width, height } = path.getBBox();
      picture.setAttribute("viewBox", `${x - 4} ${y - 4} ${width + 8} ${height + 8}`);
    };
    requestAnimationFrame(frame);
    return picture;
  };

  const howToJoin = () => el("div", { class: "join" }, server.qr ? code() : null,
    el("div", {}, el("p", { class: "quiet" }, "Open this address on a phone in the same network:"),
      el("p", { class: "address" }, server.join), el("p", { class: "quiet" }, "The room’s code:"),
      el("p", { class: "room-code" }, server.room), el("p", { class: "quiet" }, "Nobody gives a name, and nothing but counts is kept.")));

  Object.assign(workshop, { server: { isGiven: Boolean(server), isThere: () => isThere, mayLead: Boolean(key), watch, goTo, run, kindly,
    howToJoin, latest: () => latest, tryAgain: () => { isThere = true; failures = 0; return look(); } } });
})();
