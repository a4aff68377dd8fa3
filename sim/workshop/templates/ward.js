// One ward, drawn once and then moved through its day.
(() => {
  const { draw, AWAY, ELSEWHERE, PATIENTS, EVENTS, planFor, standing, way, patientMark, staffMark } = workshop;
  const MOST_BUBBLES = 3, LETTER = 6.3, BUBBLE = 19;

  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");

  const label = (words, x, y, kind) => draw("text", { class: kind, x, y }, words);

  const walls = ({ x, y, width, height, opens }) => {
    const sides = { up: [`M${x} ${y}V${y + height}H${x + width}V${y}`], down: [`M${x} ${y + height}V${y}H${x + width}V${y + height}`],
      right: [`M${x + width} ${y}H${x}V${y + height}H${x + width}`], left: [`M${x} ${y}H${x + width}V${y + height}H${x}`] };
    return draw("g", {}, draw("rect", { class: "room", x, y, width, height }), draw("path", { class: "wall", d: sides[opens][0] }));
  };

  const bed = ({ x, y }) => draw("g", { transform: `translate(${x} ${y})` },
    draw("rect", { class: "bed", x: -15, y: -27, width: 30, height: 54, rx: 5 }),
    draw("rect", { class: "pillow", x: -10, y: -24, width: 20, height: 8, rx: 3 }));

  const floor = (plan) => draw("g", {}, draw("rect", { class: "floor", width: plan.width, height: plan.height, rx: 10 }),
    plan.rooms.map(walls), plan.beds.map(bed),
    draw("rect", { class: "desk", ...plan.station, rx: 8 }),
    label("Nurses’ station", plan.station.x + plan.station.width / 2, plan.station.y + plan.station.height - 6, "place"),
    draw("rect", { class: "room", ...plan.office }), label("Office", plan.office.x + plan.office.width / 2, plan.office.y + 18, "place"),
    label("Door", plan.door.x + 10, plan.door.y + 12, "place"));

  const at = ({ x, y }) => `translate(${x}px, ${y}px)`;

  // Walks a figure along its way; where motion is not wanted, it stands there at once.
  const walk = (figure, plan, to, milliseconds) => {
    const from = figure.stands;
    figure.stands = to;
    figure.node.getAnimations().forEach((each) => each.cancel());
    figure.node.style.transform = at(to);
    if (!milliseconds || stillness.matches || (from.x === to.x && from.y === to.y)) return;
    const points = way(plan, from, to);
    const lengths = points.map((point, k) => (k ? Math.hypot(point.x - points[k - 1].x, point.y - points[k - 1].y) : 0));
    const whole = lengths.reduce((sum, length) => sum + length, 0);
    let gone = 0;
    const frames = points.map((point, k) => ({ transform: at(point), offset: Math.min(1, (gone += lengths[k]) / whole) }));
    figure.node.animate(frames, { duration: milliseconds, easing: "ease-in-out" });
  };

  const person = (staff, plan) => {
    const node = draw("g", { class: staff.lead ? "person lead" : "person" }, staffMark(staff),
      staff.lead ? label("Leader", 0, 25, "lead-name") : null);
    return { staff, node, stands: plan.door };
  };

  const bubbleShape = (width, tone) => draw("rect", { class: `bubble ${tone}`, x: -width / 2, y: -9, width, height: 17, rx: 8.5 });

  const bubble = (event) => {
    const { words, tone } = EVENTS[event.kind];
    const width = words.length * LETTER + 14;
    return { width, node: draw("g", {}, bubbleShape(width, tone), label(words, 0, 4, `said ${tone}`)) };
  };

  // Beside whoever acts; else at the patient's bed.
  const placeOf = (event, figures, plan) => {
    const figure = figures.find(({ staff, node }) => staff.id === event.who && !node.hasAttribute("hidden"));
    if (event.bed >= 0) return plan.beds[event.bed];
    return figure?.stands ?? null;
  };

  const bubbles = (events, figures, plan) => {
    const stacks = new Map();
    for (const event of events.filter(({ kind }) => EVENTS[kind].plan)) {
      const place = placeOf(event, figures, plan);
      if (!place) continue;
      const stack = stacks.get(place) ?? [];
      stacks.set(place, [...stack, event]);
    }
    return [...stacks].flatMap(([{ x, y }, stack]) => stack.slice(-MOST_BUBBLES).map((event, k, told) => {
      const { node, width } = bubble(event);
      const half = plan.type * width / 2, high = plan.type * BUBBLE, across = Math.min(Math.max(x, half + 3), plan.width - half - 3);
      const up = Math.max(y - 26, 12 + high * (told.length - 1)) - high * k;
      node.setAttribute("transform", `translate(${across} ${up}) scale(${plan.type})`);
      return node;
    }));
  };

  const wardOf = (day, name, width) => {
    const plan = planFor(width), patients = draw("g", {}), people = draw("g", {}), said = draw("g", {});
    const figures = day.staff.map((staff) => person(staff, plan));
    people.append(...figures.filter(({ staff }) => !staff.lead).map(({ node }) => node),
      ...figures.filter(({ staff }) => staff.lead).map(({ node }) => node));
    const node = draw("svg", { class: `ward ${plan.name}`, viewBox: `0 0 ${plan.width} ${plan.height}`, role: "img" },
      floor(plan), patients, people, said);
    let shown = null;

    const showPatients = (tick, all, followed) => {
      const numbers = workshop.numbersAt(day, tick), letters = workshop.patientsAt(day, tick, all);
      const now = letters.map((letter, k) => letter + (numbers[k] || "")).join(" ") + followed;
      if (now === shown) return;
      shown = now;
      patients.replaceChildren(...letters.flatMap((letter, k) => (letter === "." || !PATIENTS[letter] ? [] : [
        draw("g", { transform: `translate(${plan.beds[k].x} ${plan.beds[k].y})` }, followed && numbers[k] === followed ? draw("circle", { class: "followed", r: 23 }) : [],
          patientMark(letter),
          label(String(numbers[k] || ""), 0, 23, "number"))])));
    };

    const showPeople = (tick, milliseconds) => {
      const turns = new Map();
      workshop.placesAt(day, tick).forEach((place, k) => {
        const figure = figures[k], turn = turns.get(place) ?? 0;
        const isHere = place !== AWAY && place !== ELSEWHERE;
        turns.set(place, turn + 1);
        figure.node.toggleAttribute("hidden", !isHere);
        walk(figure, plan, isHere ? standing(plan, place, turn) : plan.door, isHere ? milliseconds : 0);
      });
    };

    const show = (tick, all, events, milliseconds, followed) => {
      showPatients(tick, all, followed);
      showPeople(tick, milliseconds);
      said.replaceChildren(...bubbles(events, figures, plan));
      node.setAttribute("aria-label", `Floor plan of ${name}. ${workshop.inOneSentence(day, tick, all)}`);
    };
    return { node, show };
  };

  Object.assign(workshop, { wardOf });
})();
