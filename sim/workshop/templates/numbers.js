// Means, differences in pairs of equal seed, their intervals, and how all are written.
(() => {
  const { book, outcome } = workshop;
  const live = {}; // settings that a server has run for this page

  const valuesOf = (key, name) => (book.settings[key] ?? live[key])[name];

  const isKnown = (key) => key in book.settings || key in live;

  const keep = (key, outcomes) => { live[key] = outcomes; };

  // How many runs of a setting are known.
  const runsOf = (key) => (isKnown(key) ? valuesOf(key, book.outcomes[0].name).length : 0);

  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  // The 97.5% point of Student's t (Cornish and Fisher's expansion, right to the third digit from 4 degrees of freedom).
  const studentPoint = (degrees) => {
    const z = 1.959964, v = degrees;
    return z + (z ** 3 + z) / (4 * v) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * v ** 2)
      + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * v ** 3);
  };

  const withInterval = (values) => {
    const middle = mean(values), n = values.length;
    if (n < 5) return { mean: middle, low: NaN, high: NaN };
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (n - 1));
    const reach = studentPoint(n - 1) * spread / Math.sqrt(n);
    return { mean: middle, low: middle - reach, high: middle + reach };
  };

  const counted = (values) => values.filter((value) => value !== null);

  // Not a number where in no run there was anything to count.
  const meanOf = (key, name) => mean(counted(valuesOf(key, name)));

  const isCounted = (key, name) => Number.isFinite(meanOf(key, name));

  // Differences b less a, run by run: both of a pair have the same seed, the same patients and the same luck.
  const inPairs = (a, b, name) => {
    const [one, other] = [valuesOf(a, name), valuesOf(b, name)];
    const runs = Array.from({ length: Math.min(one.length, other.length) }, (_, run) => run);
    return runs.filter((run) => one[run] !== null && other[run] !== null)
      .map((run) => ({ run, seed: book.about.seed + run, a: one[run], b: other[run], difference: other[run] - one[run] }));
  };

  // Whether the interval leaves zero out.
  const isClear = ({ low, high }) => low > 0 || high < 0;

  const written = (value, digits, sign) => {
    if (!Number.isFinite(value)) return "–";
    const words = Math.abs(value).toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    const isNought = Number(Math.abs(value).toFixed(digits)) === 0;
    const before = isNought || value >= 0 ? (sign && !isNought ? "+" : "") : "−";
    return before + words;
  };

  const asOutcome = (name, value, sign) => written(value, outcome(name).digits, sign);

  const between = (name, { low, high }, sign) => (Number.isFinite(low)
    ? ` (95% interval ${asOutcome(name, low, sign)} to ${asOutcome(name, high, sign)})` : "");

  // So much of an outcome, as one says it: "3.2 hours higher", "3.2 higher per 1,000 stays", "3 percentage points higher".
  const withUnit = (size, way, unit) => {
    if (unit.startsWith("%")) return `${size} percentage ${size === "1" ? "point" : "points"} ${way}`.trim();
    return (/^(per|on) /.test(unit) ? [size, way, unit] : [size, unit, way]).filter(Boolean).join(" ");
  };

  // A difference as one would say it.
  const inWords = (name, found) => {
    const { unit } = outcome(name);
    if (!isClear(found)) return `no clear difference, ${withUnit(asOutcome(name, found.mean, true), "", unit)}${between(name, found, true)}`;
    const [least, most] = [found.low, found.high].map(Math.abs).sort((one, other) => one - other);
    return withUnit(asOutcome(name, Math.abs(found.mean)), found.mean > 0 ? "higher" : "lower", unit) + between(name, { low: least, high: most });
  };

  // What B is against A. A change that is sure and small counts as none, by the rule of the answers.
  const against = (name, pairs) => {
    const found = withInterval(pairs.map(({ difference }) => difference)), least = book.about.least_share;
    const isSmall = isClear(found) && Math.abs(found.mean) < least * Math.abs(mean(pairs.map(({ a }) => a)));
    return inWords(name, found) + (isSmall ? `; less than ${100 * least}% of A, which counts as about the same` : "");
  };

  const timeOf = (tick) => {
    const minutes = 15 * tick;
    return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  };

  const several = (count, one, many) => `${count.toLocaleString("en-GB")} ${count === 1 ? one : many ?? `${one}s`}`;

  Object.assign(workshop, { isKnown, keep, runsOf, meanOf, isCounted, inPairs, withInterval, isClear, written, asOutcome,
    against, timeOf, several });
})();
