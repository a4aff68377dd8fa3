// One watched day: what stands where at a moment, and what of it may be shown.
(() => {
  const { timeOf } = workshop;
  const TICKS = 96;
  const LOOKS_STABLE = { d: "s", c: "s" };
  const LAYERS = { bedside: "Bedside", ward: "Ward manager", division: "Division", hospital: "Hospital" };

  const patientsAt = (day, tick, all) =>
    [...day.patients[tick]].map((letter) => (all ? letter : LOOKS_STABLE[letter] ?? letter));

  const numbersAt = (day, tick) => day.who.findLast((change) => change.tick <= tick)?.beds ?? [];

  // Two letters a person: a bed's number, or where else she is.
  const placesAt = (day, tick) => day.places[tick].match(/../g).map(Number);

  // What the hospital sees: its records, and its leader walking about.
  const isSeen = (event) => event.on_record || event.kind === "lead";

  const eventsOf = (day, all) => (all ? day.events : day.events.filter(isSeen));

  const byTick = (events) => {
    const found = Array.from({ length: TICKS }, () => []);
    for (const event of events) found[event.tick].push(event);
    return found;
  };

  // What has become of today's decisions by some moment: per layer how many were taken there, how many wait there.
  const decisionsBy = (day, tick) => {
    const waiting = new Map(), taken = [], now = new Set();
    for (const { kind, layer, patient, tick: when } of day.events) {
      if (when > tick || !layer) continue;
      if (when === tick) now.add(layer);
      waiting.delete(patient);
      if (kind === "waits") waiting.set(patient, layer);
      else taken.push(layer);
    }
    const among = (layers, layer) => layers.filter((each) => each === layer).length;
    return Object.entries(LAYERS).map(([layer, title]) => ({ title, now: now.has(layer), taken: among(taken, layer),
      waiting: among([...waiting.values()], layer) }));
  };

  const inOneSentence = (day, tick, all) => {
    const letters = patientsAt(day, tick, all), count = (which) => letters.filter((letter) => which.includes(letter)).length;
    const parts = [[letters.length - count("."), "patients"], [count("kC"), "known to be getting worse"],
      [count("dc"), "getting worse without anybody knowing"], [count("r"), "ready to go home"]];
    return `${timeOf(tick)}: ${parts.filter(([n], k) => n || k === 0).map(([n, words]) => `${n} ${words}`).join(", ")}.`;
  };

  Object.assign(workshop, { TICKS, patientsAt, numbersAt, placesAt, eventsOf, byTick, decisionsBy, inOneSentence });
})();
