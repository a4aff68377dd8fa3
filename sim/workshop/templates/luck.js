// One run against many: how far a single ward can be trusted.
(() => {
  const { book, el, draw, button, fill, outcome, inPairs, withInterval, isClear, asOutcome, against, several } = workshop;
  const HEIGHT = 300, BASE = 226, SIDE = 24, MOST_ALONE = 7, MANY = 100;
  // Fewer and larger on a narrow screen, so that words in the figure stay as large as others.
  const [WIDTH, MOST_BINS] = window.innerWidth < 560 ? [400, 26] : [720, 48];

  const scaleOf = (values) => {
    const low = Math.min(0, ...values), high = Math.max(0, ...values), room = (high - low || 1) * 0.04;
    return (value) => SIDE + (WIDTH - 2 * SIDE) * (value - low + room) / (high - low + 2 * room);
  };

  // Dots in stacks, so that each run stays one dot, and stays on its side of no difference.
  const stacked = (pairs, place) => {
    const bins = pairs.length > MANY ? MOST_BINS : MOST_BINS / 2, width = (WIDTH - 2 * SIDE) / bins, heights = new Map();
    const dots = pairs.map((pair) => {
      const bin = Math.floor((place(pair.difference) - place(0)) / width), level = heights.get(bin) ?? 0;
      heights.set(bin, level + 1);
      return { pair, bin, level };
    });
    const step = Math.min(width, (BASE - 40) / Math.max(...heights.values()));
    return dots.map(({ pair, bin, level }) => ({ pair, x: place(0) + (bin + 0.5) * width, y: BASE - (level + 0.5) * step,
      r: Math.max(1.6, Math.min(step, width) / 2 - 0.6) }));
  };

  const axis = (place, name) => [draw("line", { class: "axis", x1: SIDE, x2: WIDTH - SIDE, y1: BASE, y2: BASE }),
    draw("line", { class: "nought", x1: place(0), x2: place(0), y1: 22, y2: BASE + 8 }),
    draw("text", { class: "tick", x: place(0), y: 15 }, "no difference"),
    draw("text", { class: "least", x: SIDE, y: HEIGHT - 8 }, "← lower under B"),
    draw("text", { class: "most", x: WIDTH - SIDE, y: HEIGHT - 8 }, "higher under B →"),
    draw("title", {}, outcome(name).title)];

  const middle = (place, found, name) => [
    draw("line", { class: "interval", x1: place(found.low), x2: place(found.high), y1: BASE + 20, y2: BASE + 20 }),
    draw("path", { class: "mean", d: workshop.SHAPES.diamond, transform: `translate(${place(found.mean)} ${BASE + 20}) scale(0.7)` }),
    draw("text", { class: "tick", x: Math.min(Math.max(place(found.mean), 90), WIDTH - 90), y: BASE + 48 },
      `mean ${asOutcome(name, found.mean, true)}`)];

  const inStack = ({ x, y, r }, isPicked) => draw("circle", { class: isPicked ? "dot picked" : "dot", cx: x, cy: y, r });

  const alone = ({ pair, x }) => [draw("circle", { class: "dot picked", cx: x, cy: BASE - 26 * (pair.run + 1) + 10, r: 11 }),
    draw("text", { class: "run", x, y: BASE - 26 * (pair.run + 1) + 15 }, String(pair.run + 1))];

  const figure = (name, pairs, singles, all) => {
    const place = scaleOf(pairs.map(({ difference }) => difference));
    const picked = new Set(pairs.slice(0, singles).map(({ run }) => run));
    const shown = stacked(pairs, place).filter(({ pair }) => all || picked.has(pair.run));
    const found = withInterval(pairs.map(({ difference }) => difference));
    const words = all ? `Differences of ${several(pairs.length, "run")} as dots, B less A, with their mean and its interval.`
      : `${several(singles, "run")}, each a dot: B less A.`;
    return el("figure", { class: "luck-figure" }, draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words },
      axis(place, name), shown.map((dot) => (all ? inStack(dot, picked.has(dot.pair.run)) : alone(dot))), all ? middle(place, found, name) : []));
  };

  const ofOne = (name, { run, seed, a, b, difference }) => el("li", {}, `Run ${run + 1} (seed ${seed}): ${asOutcome(name, a)} under A, `
    + `${asOutcome(name, b)} under B, so ${asOutcome(name, difference, true)}.`);

  const oneIn = (share) => (share > 0.45 ? "about every second one" : `about one in ${Math.round(1 / share)}`);

  // How often a single run would have told the wrong story.
  const wrongWay = (pairs, found) => {
    const runs = several(pairs.length, "run"), wrong = pairs.filter(({ difference }) => difference * found.mean < 0).length;
    if (!isClear(found)) return `Not even ${runs} tell which way it goes: the interval reaches to both sides of no difference.`;
    if (!wrong) return `Not one of ${runs} points the other way: here a single ward would do.`;
    return `${wrong} of ${runs} point the other way, ${oneIn(wrong / pairs.length)}: whoever looks at a single ward can be that wrong.`;
  };

  // A part that shows one run, another, and then all.
  const luck = (a, b, name) => {
    const pairs = inPairs(a, b, name), home = el("div", { class: "luck", "aria-live": "polite" });
    if (!pairs.length) return el("p", {}, "In no run was there anything to count.");
    let singles = 1, all = false;
    const found = withInterval(pairs.map(({ difference }) => difference));
    const more = button("Draw another run", () => { singles = Math.min(singles + 1, pairs.length); show(); });
    const every = button(`Show all ${pairs.length}`, () => { all = true; show(); }, { class: "main" });
    const show = () => {
      more.hidden = all || singles >= Math.min(MOST_ALONE, pairs.length);
      every.hidden = all;
      fill(home, figure(name, pairs, singles, all), el("div", {}, all ? [el("p", { class: "large" }, `On average, B against A: ${against(name, pairs)}.`),
          el("p", { class: "large" }, wrongWay(pairs, found))]
          : el("ul", { class: "runs" }, pairs.slice(0, singles).map((pair) => ofOne(name, pair)))));
      if (all) workshop.readFrom(home);
    };
    show();
    return el("div", { class: "luck-part" }, el("p", {}, `${outcome(name).title}, ${outcome(name).unit}. Both wards of a run have the same patients and the same `
      + "luck; another run has other patients and other luck."), home, el("p", { class: "actions" }, more, every));
  };

  const oneOrMany = `One run, or ${book.about.replications.toLocaleString("en-GB")}`;

  Object.assign(workshop, { luck, oneOrMany });
})();
