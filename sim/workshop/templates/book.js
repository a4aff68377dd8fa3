"use strict";

// What the page knows, and how to find it. Each file adds its part to `workshop`, which is our only name.
const workshop = {};

(() => {
  const book = JSON.parse(document.getElementById("book").textContent);
  const USUAL = "usual";

  const named = (list, name) => list.find((each) => each.name === name);

  const keyOf = (style, mode, levels) => [style, mode, ...levels].join("/");

  const settingOf = (key) => {
    const [style, mode, ...levels] = key.split("/");
    return { style: named(book.styles, style), mode: named(book.modes, mode), levels };
  };

  const levelTitle = (dial, level) => named(dial.levels, level).title;

  // What two settings have in common, and in what they differ: pairs of what it is and how it is called in each.
  const compared = (a, b) => {
    const [one, other] = [settingOf(a), settingOf(b)];
    const rows = [
      { what: "Leader", a: one.style.title, b: other.style.title, words: [one.style.words, other.style.words] },
      { what: "Kind of care", a: one.mode.title, b: other.mode.title, words: [one.mode.words, other.mode.words] },
      ...book.dials.map((dial, place) => ({ what: dial.title, isDial: true, a: levelTitle(dial, one.levels[place]),
        b: levelTitle(dial, other.levels[place]), words: [dial.words, dial.words] })),
    ];
    return { same: rows.filter((row) => row.a === row.b), apart: rows.filter((row) => row.a !== row.b) };
  };

  const moved = (key) => settingOf(key).levels
    .map((level, place) => ({ dial: book.dials[place], level })).filter(({ level }) => level !== USUAL);

  const titleOf = (key) => {
    const { style, mode } = settingOf(key);
    const dials = moved(key).map(({ dial, level }) => `${dial.title}: ${levelTitle(dial, level).toLowerCase()}`);
    return [`${style.title} leader`, mode.title.toLowerCase(), ...dials].join(" · ");
  };

  // In few words, what sets each of two settings apart.
  const shortTitles = (a, b) => {
    const { apart } = compared(a, b);
    const short = (side) => apart.map((row) => (row.what === "Leader" ? `${row[side]} leader`
      : `${row.what}: ${row[side].toLowerCase()}`)).join(", ");
    return [short("a"), short("b")];
  };

  Object.assign(workshop, { book, USUAL, named, keyOf, settingOf, compared, moved, titleOf, shortTitles,
    outcome: (name) => named(book.outcomes, name), puzzle: (name) => named(book.puzzles, name) });
})();
