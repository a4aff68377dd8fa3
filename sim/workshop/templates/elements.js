// Elements made one by one, so that words of the book stay words.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  let numbers = 0;

  const dressed = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") node.addEventListener(name, value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return node;
  };

  const el = (tag, attributes, ...children) => dressed(document.createElement(tag), attributes, children);

  const draw = (tag, attributes, ...children) => dressed(document.createElementNS(SVG, tag), attributes, children);

  const button = (words, act, attributes) => el("button", { type: "button", click: act, ...attributes }, words);

  const newId = (word) => `${word}-${++numbers}`;

  const paragraphs = (list) => list.map((words) => el("p", {}, words));

  // A part of a view under a heading of its own.
  const part = (level, heading, attributes, ...children) => {
    const id = newId("heading");
    return el("section", { "aria-labelledby": id, ...attributes }, el(`h${level}`, { id, tabindex: "-1" }, heading),
      ...children);
  };

  const choice = (label, options, chosen, act, attributes) => {
    const id = newId("choice");
    const select = el("select", { id, change: (event) => act(event.target.value), ...attributes },
      options.map(({ name, title }) => el("option", { value: name, selected: name === chosen }, title)));
    return el("div", { class: "field" }, el("label", { for: id }, label), select);
  };

  const fill = (node, ...children) => {
    node.replaceChildren(...children.flat(Infinity).filter(Boolean));
    return node;
  };

  // Puts the focus where reading goes on.
  const readFrom = (node) => {
    if (!node.hasAttribute("tabindex")) node.setAttribute("tabindex", "-1");
    node.focus({ preventScroll: true });
  };

  // Said where everybody sees it and a screen reader reads it.
  const notice = (...children) => fill(document.getElementById("notice"), children);

  Object.assign(workshop, { el, draw, button, newId, paragraphs, part, choice, fill, readFrom, notice });
})();
