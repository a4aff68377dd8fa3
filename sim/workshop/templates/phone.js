"use strict";

// One phone in the room: it joins, asks every two seconds where the room is, and votes. It knows nobody's name; its
// ticket is forgotten with the tab.
(() => {
  const SECONDS = 2, MOST_SECONDS = 8, PATIENCE = 8000;
  const byId = (id) => document.getElementById(id);
  const code = (location.pathname.split("/")[2] || "").toUpperCase();
  const address = `/api/room/${encodeURIComponent(code)}`;
  const phone = { state: null, choice: "", lost: "", sending: false, asking: false, joining: null, wait: SECONDS, timer: 0 };

  // What outlives a reload; without a store the phone remembers as long as the page is open.
  const memory = new Map();
  const remember = (name, value) => {
    memory.set(name, value);
    try { sessionStorage.setItem(`${code}/${name}`, value); } catch { /* the browser keeps nothing; the map does */ }
  };
  const remembered = (name) => {
    if (memory.has(name)) return memory.get(name);
    try { return sessionStorage.getItem(`${code}/${name}`) || ""; } catch { return ""; }
  };

  // Asking the server. A status of 0 means that nobody answered.
  const ask = async (path, how = {}) => {
    try {
      const answer = await fetch(address + path, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...how });
      return { status: answer.status, told: answer.status === 204 ? null : await answer.json() };
    } catch {
      return { status: 0, told: null };
    }
  };

  const send = (path, content) => ask(path, { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content) });

  // One ticket for this phone, however many ask for it at once.
  const join = async () => {
    if (remembered("ticket")) return { status: 200, told: null };
    phone.joining ??= ask("/join", { method: "POST" });
    const { status, told } = await phone.joining;
    phone.joining = null;
    if (status === 200) remember("ticket", told.ticket);
    return { status, told };
  };

  // Showing.
  const made = (tag, words, name = "") => {
    const element = document.createElement(tag);
    element.textContent = words;
    element.className = name;
    return element;
  };

  const put = (id, words) => {
    if (byId(id).textContent !== words) byId(id).textContent = words;
  };

  const titleOf = (name) => phone.state.options.find((option) => option.name === name)?.title ?? "";

  const round = () => `${phone.state.puzzle}/${phone.state.round}`;

  const WORDS = {
    waiting: () => "You are in. The question comes when the room is ready: watch the screen.",
    voting: () => phone.choice ? `Your prediction: ${titleOf(phone.choice)}. You may change it while voting is open.`
      : "What do you expect? Nobody sees what you choose.",
    closed: () => phone.choice ? `Voting is closed. Your prediction: ${titleOf(phone.choice)}. Now watch the screen.`
      : "Voting is closed. Never mind that you did not vote: decide for yourself, and watch the screen.",
    revealed: () => phone.choice ? `This is how the room voted. Your prediction: ${titleOf(phone.choice)}.`
      : "This is how the room voted. The next question is for you too.",
  };

  const showOptions = () => {
    const open = phone.state.phase === "voting";
    const home = byId("options");
    const shown = open ? round() : "";
    if (home.dataset.shown !== shown) {
      const wasHere = home.contains(document.activeElement);
      home.dataset.shown = shown;
      home.replaceChildren(...(open ? phone.state.options.map(choiceOf) : []));
      if (wasHere) byId("heading").focus();
    }
    for (const button of home.children) button.setAttribute("aria-pressed", String(button.value === phone.choice));
  };

  const choiceOf = (option) => {
    const button = made("button", option.title);
    button.type = "button";
    button.value = option.name;
    button.addEventListener("click", () => vote(option.name));
    return button;
  };

  const showVotes = () => {
    const { phase, votes, options, count } = phone.state;
    byId("votes").hidden = phase !== "revealed";
    if (phase !== "revealed") return;
    byId("votes").replaceChildren(...options.map((option) => {
      const line = made("li", "", option.name === phone.choice ? "mine" : "");
      const bar = made("div", "", "bar"), part = made("div", "", "part");
      part.style.setProperty("--share", count ? votes[option.name] / count : 0);
      bar.append(part);
      const mine = option.name === phone.choice ? " (yours)" : "";
      line.append(made("span", option.title + mine, "title"), made("span", String(votes[option.name]), "number"), bar);
      return line;
    }));
  };

  const show = () => {
    const { phase, question, people, count } = phone.state;
    phone.choice = remembered(round());
    byId("enter").hidden = true;
    byId("room").hidden = false;
    put("code", code);
    put("heading", phase === "waiting" ? "Welcome" : question);
    put("words", WORDS[phase]());
    put("who", phase === "waiting" ? `${people} in the room` : `${count} of ${people} have voted`);
    showOptions();
    showVotes();
  };

  const showDoor = (words) => {
    phone.state = null;
    byId("enter").hidden = false;
    byId("room").hidden = true;
    byId("votes").hidden = true;
    byId("options").dataset.shown = "";
    byId("options").replaceChildren();
    put("who", "");
    put("heading", "Join the workshop");
    put("words", words);
    put("trouble", "");
  };

  const TROUBLE = {
    0: "The workshop does not answer just now. Leave this page open: it keeps trying.",
    429: "Many people are asking at once. One moment, please.",
    503: "The room is full just now. You can still raise your hand.",
  };

  const troubleOf = ({ status, told }) => TROUBLE[status] ?? told?.reason ?? "";

  // Voting.
  const vote = async (option) => {
    if (phone.sending || phone.state?.phase !== "voting") return;
    phone.sending = true;
    put("words", "One moment: your prediction is on its way.");
    const which = round(), puzzle = phone.state.puzzle;
    let answer = await cast(puzzle, option);
    if (answer.status === 403) {
      remember("ticket", "");
      answer = await cast(puzzle, option);
    }
    phone.sending = false;
    if (answer.status === 200) remember(which, option);
    const isSettled = [200, 409].includes(answer.status);
    phone.lost = isSettled ? "" : `Your vote is not counted yet: please press it again. ${troubleOf(answer)}`.trim();
    put("trouble", phone.lost);
    if (phone.state) show();
    look();
  };

  const cast = async (puzzle, option) => {
    const joined = await join();
    return joined.status === 200 ? send("/vote", { ticket: remembered("ticket"), puzzle, option }) : joined;
  };

  // Looking where the room is, again and again.
  const look = async () => {
    if (phone.asking) return;
    clearTimeout(phone.timer);
    phone.asking = true;
    const joined = await join();
    const seen = [0, 404].includes(joined.status) ? joined : await ask(phone.state ? `?turn=${phone.state.turn}` : "");
    phone.asking = false;
    if (seen.status === 404) {
      showDoor("There is no room with this code. Look at the screen for the one to type here.");
      return;
    }
    const amiss = [joined, seen].find(({ status }) => ![200, 204].includes(status));
    phone.wait = amiss ? Math.min(MOST_SECONDS, phone.wait * 2) : SECONDS;
    if (seen.status === 200) arrive(seen.told);
    put("trouble", phone.lost || (amiss ? troubleOf(amiss) : ""));
    phone.timer = setTimeout(look, 1000 * phone.wait * (0.9 + 0.2 * Math.random()));
  };

  const arrive = (state) => {
    if (state.phase !== "voting" || state.puzzle !== phone.state?.puzzle) phone.lost = "";
    phone.state = state;
    show();
  };

  byId("enter").addEventListener("submit", (event) => {
    event.preventDefault();
    location.assign(`/r/${encodeURIComponent(byId("typed").value.trim().toUpperCase())}`);
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && byId("enter").hidden) look();
  });

  if (code) look();
  else showDoor("Type the code that stands on the screen.");
})();
