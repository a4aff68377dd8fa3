// The floor plan: where beds, station, office and door are, once for wide screens and once for narrow ones.
(() => {
  const STATION = -1, AWAY = -2, OFFICE = -3, ELSEWHERE = -4;
  const BAYS = 4, BEDS_IN_BAY = 6, SINGLES = 4, ROW = 70, APART = 26;

  const bay = (x, y, columns, cell, opens) => {
    const rows = BEDS_IN_BAY / columns;
    return { x, y, width: columns * cell + 8, height: rows * ROW + 8, opens, beds: Array.from({ length: BEDS_IN_BAY },
      (_, k) => ({ x: x + 4 + (k % columns + 0.5) * cell, y: y + 4 + (Math.floor(k / columns) + 0.5) * ROW })) };
  };

  const single = (x, y, width, height, opens) =>
    ({ x, y, width, height, opens, beds: [{ x: x + width / 2, y: y + height / 2 }] });

  // A corridor from left to right, bays above and below it.
  const wide = () => {
    const cell = 74, bays = [8, 246].flatMap((x) => [[x, 8, "down"], [x, 276, "up"]])
      .sort((one, other) => one[1] - other[1]).map(([x, y, opens]) => bay(x, y, 3, cell, opens));
    const singles = [[484, 8, "down"], [586, 8, "down"], [484, 276, "up"], [586, 276, "up"]]
      .map(([x, y, opens]) => single(x, y, 94, 148, opens));
    return { name: "wide", type: 1, width: 688, height: 432, rooms: [...bays, ...singles],
      station: { x: 170, y: 192, width: 210, height: 48 }, office: { x: 596, y: 172, width: 84, height: 88 },
      door: { x: 14, y: 216 }, lane: ({ x, y }) => ({ x, y: y < 216 ? 176 : 256 }) };
  };

  // A corridor from top to bottom, bays left and right of it.
  const narrow = () => {
    const cell = 98, bays = [[8, 8], [272, 8], [8, 236], [272, 236]]
      .map(([x, y]) => bay(x, y, 2, cell, x < 240 ? "right" : "left"));
    const singles = [[8, 464], [376, 464], [8, 552], [376, 552]]
      .map(([x, y]) => single(x, y, 100, 80, x < 240 ? "right" : "left"));
    return { name: "narrow", type: 1.25, width: 484, height: 640, rooms: [...bays, ...singles],
      station: { x: 128, y: 490, width: 128, height: 48 }, office: { x: 284, y: 466, width: 84, height: 78 },
      door: { x: 242, y: 626 }, lane: ({ x, y }) => ({ x: x < 242 ? 226 : 258, y }) };
  };

  const withBeds = (plan) => ({ ...plan, beds: plan.rooms.flatMap((room) => room.beds) });

  const shared = ({ station, office, door }, place, turn) => {
    if (place === STATION) {
      const columns = Math.floor(station.width / APART);
      return { x: station.x + APART * (turn % columns + 0.5), y: station.y + (Math.floor(turn / columns) % 2 ? station.height + 12 : -12) };
    }
    if (place === OFFICE) return { x: office.x + 20 + 23 * (turn % 3), y: office.y + 40 + 23 * (Math.floor(turn / 3) % 2) };
    return { x: door.x + 6 + 8 * (turn % 3), y: door.y - 14 * Math.floor(turn / 3) };
  };

  const besideBed = ({ x, y }, turn) => {
    const sides = [[26, -4], [-26, -4], [26, 18], [-26, 18], [0, 26]];
    const [across, down] = sides[turn % sides.length];
    return { x: x + across, y: y + down };
  };

  // Where somebody stands who is the so-manieth at a place.
  const standing = (plan, place, turn) => (place >= 0 ? besideBed(plan.beds[place], turn) : shared(plan, place, turn));

  // Along the corridor and never through a wall.
  const way = (plan, from, to) => {
    if (Math.hypot(from.x - to.x, from.y - to.y) < 60) return [from, to];
    return [from, plan.lane(from), plan.lane(to), to];
  };

  Object.assign(workshop, { AWAY, ELSEWHERE, BAYS, SINGLES, standing, way,
    planFor: (width) => withBeds(width < 520 ? narrow() : wide()) });
})();
