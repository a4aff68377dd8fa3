"use strict";

// Draws what the still figures show once more, so that every pair of runs answers to the mouse. Without scripts the page
// lacks nothing else.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const sure = "#0072b2", unsure = "#6f6f6f", faint = "rgba(0, 114, 178, 0.28)";
  const config = { displayModeBar: false, responsive: true, scrollZoom: false };
  const font = { family: "system-ui, sans-serif", size: 13, color: "#1a1a1a" };
  const axis = { zeroline: true, zerolinecolor: "#595959", gridcolor: "#e6e4de", fixedrange: true, automargin: true };
  const quiet = { paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff", showlegend: false, dragmode: false, font };

  const wrapped = (words, letters) => {
    const lines = [""];
    for (const word of words.split(" ")) {
      if (lines[lines.length - 1].length + word.length > letters) lines.push("");
      lines[lines.length - 1] += (lines[lines.length - 1] ? " " : "") + word;
    }
    return lines.join("<br>");
  };

  const reach = (arms, key) => arms.map((arm) => (arm[key] === null ? 0 : Math.abs(arm[key] - arm.mean)));

  const bars = (arms) => ({ type: "data", symmetric: false, array: reach(arms, "high"), arrayminus: reach(arms, "low"),
    thickness: 2, width: 0 });

  const pairs = (outcome, letters) => {
    const arms = outcome.arms;
    const dots = arms.map((arm, place) => ({ type: "scatter", mode: "markers", x: arm.points,
      y: arm.points.map((_, k) => place + 0.16 + 0.24 * ((k * 7) % 11) / 11), marker: { color: faint, size: 6 },
      text: arm.seeds.map((seed) => `seed ${seed}`), hovertemplate: "%{text}: %{x:.4~g}<extra></extra>" }));
    const means = { type: "scatter", mode: "markers", x: arms.map((arm) => arm.mean), y: arms.map((_, place) => place),
      error_x: { ...bars(arms), color: unsure }, text: arms.map((arm) => arm.told),
      marker: { size: 11, color: arms.map((arm) => (arm.sure ? sure : "#ffffff")),
        line: { width: 2, color: arms.map((arm) => (arm.sure ? sure : unsure)) } },
      hovertemplate: "mean %{text}<extra></extra>" };
    const layout = { ...quiet, hovermode: "closest", height: 130 + 74 * arms.length, margin: { t: 12, r: 16, b: 60, l: 16 },
      xaxis: { ...axis, title: { text: wrapped(`difference, ${outcome.unit}`, letters) } },
      yaxis: { ...axis, zeroline: false, showgrid: false, range: [arms.length - 0.4, -0.5],
        tickvals: arms.map((_, place) => place), ticktext: arms.map((arm) => wrapped(arm.name, 14)) } };
    return [[...dots, means], layout];
  };

  const ledgers = (pair, letters) => {
    const marks = ["circle", "square", "triangle-up", "diamond", "cross", "x", "star", "hexagon"];
    const traces = pair.true.map((arm, place) => {
      const other = pair.observed[place], colour = arm.sure || other.sure ? sure : unsure;
      return { type: "scatter", mode: "markers", name: arm.name, x: [arm.mean], y: [other.mean],
        error_x: { ...bars([arm]), color: colour }, error_y: { ...bars([other]), color: colour },
        marker: { symbol: marks[place % marks.length], size: 12, color: colour }, text: [arm.name],
        customdata: [[arm.told, other.told]],
        hovertemplate: "%{text}<br>happened: %{customdata[0]}<br>recorded: %{customdata[1]}<extra></extra>" };
    });
    const shade = (x0, x1, y0, y1) => ({ type: "rect", xref: "x", yref: "y", x0, x1, y0, y1, fillcolor: "#fbe9d9",
      line: { width: 0 }, layer: "below" });
    const far = (arms) => 1.12 * Math.max(...arms.map((arm) =>
      Math.max(Math.abs(arm.mean), Math.abs(arm.low ?? 0), Math.abs(arm.high ?? 0)))) || 1;
    const across = far(pair.true), up = far(pair.observed);
    const layout = { ...quiet, hovermode: "closest", height: 460, margin: { t: 12, r: 16, b: 90, l: 16 }, showlegend: true,
      legend: { orientation: "h", y: -0.28 },
      shapes: [shade(-across, 0, 0, up), shade(0, across, -up, 0)],
      xaxis: { ...axis, range: [-across, across], title: { text: wrapped(`happened: ${pair.titles[0]}`, letters) } },
      yaxis: { ...axis, range: [-up, up], title: { text: wrapped(`recorded: ${pair.titles[1]}`, 34) } } };
    return [traces, layout];
  };

  const offer = (figure, choice, plot, items, called, draw) => {
    const home = document.getElementById(figure);
    if (!home || !items.length) return;
    const select = document.getElementById(choice), target = document.getElementById(plot);
    items.forEach((item, place) => select.add(new Option(called(item), place)));
    const show = () => Plotly.react(target, ...draw(items[select.value], target.clientWidth < 500 ? 20 : 44), config);
    home.hidden = false;
    select.addEventListener("change", show);
    show();
  };

  offer("every-pair", "choose-outcome", "plot-pairs", data.outcomes, (item) => item.title, pairs);
  offer("both-ledgers", "choose-pair", "plot-ledgers", data.pairs, (item) => item.titles.join(" – "), ledgers);
})();
