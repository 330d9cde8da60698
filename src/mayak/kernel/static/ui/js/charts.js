// Draws the charts of the page from their data blocks and offers their downloads.
(() => {
  "use strict";
  const drawn = new Map();

  // The first rule of the tokens is the light one: a saved picture goes on paper, whatever the screen looks like.
  const lightRule = [...document.styleSheets]
    .filter((sheet) => sheet.href?.includes("/ui/css/tokens"))
    .flatMap((sheet) => [...sheet.cssRules])
    .find((rule) => rule.selectorText === ":root");
  let onPaper = false;

  const colour = (name) => {
    const style = onPaper && lightRule ? lightRule.style : getComputedStyle(document.documentElement);
    return style.getPropertyValue(name).trim();
  };

  // «var(--good)» in an option becomes the colour of the page, so light and dark need one option only.
  const resolve = (value) => {
    if (typeof value === "string") {
      const match = /^var\((--[\w-]+)\)$/.exec(value);
      return match ? colour(match[1]) : value;
    }
    if (Array.isArray(value)) return value.map(resolve);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
    }
    return value;
  };

  const theme = () => {
    const text = { color: colour("--ink"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 };
    const axis = {
      axisLine: { lineStyle: { color: colour("--edge") } },
      axisTick: { lineStyle: { color: colour("--edge") } },
      axisLabel: { color: colour("--ink"), fontSize: 13, hideOverlap: true },
      splitLine: { lineStyle: { color: colour("--line") } },
    };
    return {
      backgroundColor: "transparent",
      textStyle: text,
      title: { textStyle: { ...text, fontWeight: 600 } },
      legend: { textStyle: text, icon: undefined, itemGap: 20 },
      categoryAxis: { ...axis, splitLine: { show: false } },
      valueAxis: { ...axis, axisLine: { show: false }, axisLabel: { ...axis.axisLabel, formatter: number } },
      grid: { borderColor: colour("--line"), backgroundColor: "transparent" },
      graph: { label: { color: colour("--ink"), fontSize: 13 } },
      tooltip: {
        backgroundColor: colour("--surface"),
        borderColor: colour("--edge"),
        textStyle: { ...text, fontSize: 13 },
      },
    };
  };

  const format = new Intl.NumberFormat(document.documentElement.lang);
  const number = (value) => (typeof value === "number" ? format.format(value) : String(value));

  // Numbers of labels and of the tooltip in the format of the language.
  const speak = (data) => {
    data.tooltip = { ...data.tooltip, valueFormatter: number };
    for (const one of data.series) {
      if (one.label?.show) one.label = { color: colour("--ink"), textBorderWidth: 0, ...one.label };
      if (one.label?.show && !one.label.formatter && one.type !== "graph") {
        one.label.formatter = (point) => number(Array.isArray(point.value) ? point.value[1] : point.value);
      }
    }
    return data;
  };

  const option = (figure) => resolve(JSON.parse(document.getElementById(`${figure.dataset.chart}-option`).textContent));

  // Names of a map: each on the first free side of its mark; where none is free the table and the tooltip name it.
  const placeNames = (points, at, width, room) => {
    const taken = points.map((point) => ({ x: at(point).x - 7, y: at(point).y - 7, w: 14, h: 14 }));
    const meets = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
    points.forEach((point, own) => {
      const text = wrap(point.name, room, 12);
      const lines = text.split("\n");
      const [w, h] = [Math.max(...lines.map((line) => pen.measureText(line).width)), lines.length * 15];
      const { x, y } = at(point);
      const sides = { right: [x + 12, y - h / 2], left: [x - 12 - w, y - h / 2], top: [x - w / 2, y - 12 - h], bottom: [x - w / 2, y + 12] };
      const order = x > width / 2 ? ["left", "right", "top", "bottom"] : ["right", "left", "top", "bottom"];
      const position = order.find((side) => {
        const box = { x: sides[side][0], y: sides[side][1], w, h };
        return box.x > -20 && box.x + w < width + 20 && !taken.some((other, index) => index !== own && meets(box, other));
      });
      point.label = position ? { position, formatter: text, fontSize: 12, lineHeight: 15 } : { show: false };
      if (position) taken.push({ x: sides[position][0], y: sides[position][1], w, h });
    });
  };

  // A map keeps one scale in both directions.
  const keepScale = (data, box) => {
    const points = data.series.flatMap((one) => one.data.map((point) => point.value));
    const span = (at) => {
      const values = points.map((point) => point[at]);
      return [Math.min(...values), Math.max(...values)];
    };
    const [[west, east], [south, north]] = [span(0), span(1)];
    const scale = Math.max((east - west) / (box.clientWidth - 48), (north - south) / (box.clientHeight - 72), 0.001) * 1.4;
    const half = { x: (scale * (box.clientWidth - 48)) / 2, y: (scale * (box.clientHeight - 72)) / 2 };
    const middle = { x: (west + east) / 2, y: (south + north) / 2 };
    Object.assign(data.xAxis, { min: middle.x - half.x, max: middle.x + half.x });
    Object.assign(data.yAxis, { min: middle.y - half.y, max: middle.y + half.y });
    const [width, height] = [box.clientWidth - 48, box.clientHeight - 72];
    const at = ({ value }) => ({
      x: ((value[0] - middle.x) / half.x + 1) * (width / 2),
      y: (1 - (value[1] - middle.y) / half.y) * (height / 2),
    });
    placeNames(data.series.flatMap((one) => one.data), at, width, Math.min(200, Math.round(box.clientWidth * 0.4)));
    return fitLegend(data, box);
  };

  const pen = document.createElement("canvas").getContext("2d");
  const wrap = (text, width, size) => {
    pen.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
      if (!lines.at(-1) || pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines.join("\n");
  };

  // A network is placed in pixels, so that marks keep their shape and names have room on both sides.
  const placeNetwork = (data, box) => {
    const [one] = data.series;
    const size = box.clientWidth < 560 ? 12 : 13;
    const room = Math.min(200, Math.round(box.clientWidth * 0.42));
    const top = box.clientWidth < 420 ? 88 : 64; // a legend of two lines on a phone
    const frame = { left: room, top, width: box.clientWidth - 2 * room, height: Number(box.dataset.height) - top - 24 };
    const range = (name) => [Math.min(...one.data.map((node) => node[name])), Math.max(...one.data.map((node) => node[name]))];
    const [[west, east], [north, south]] = [range("x"), range("y")];
    for (const node of one.data) {
      node.x = ((node.x - west) / (east - west || 1)) * frame.width;
      node.y = ((node.y - north) / (south - north || 1)) * frame.height;
      Object.assign(node.label, { formatter: wrap(node.name, room - 20, size), fontSize: size, lineHeight: size + 3 });
    }
    Object.assign(one, frame);
    return data;
  };

  // A legend that needs two lines pushes the drawing down.
  const fitLegend = (data, box) => {
    if (!data.legend?.show || Array.isArray(data.grid)) return data;
    pen.font = `14px ${getComputedStyle(document.body).fontFamily}`;
    let [lines, used] = [1, 0];
    for (const { name } of data.series) {
      const width = pen.measureText(name).width + 56;
      if (used + width > box.clientWidth) [lines, used] = [lines + 1, 0];
      used += width;
    }
    data.grid.top = 24 + 24 * lines;
    return data;
  };

  // Names beside lying bars: on a phone they take several lines, and the drawing grows with them.
  const fitNames = (data, box) => {
    if (data.yAxis?.type !== "category" || box.clientWidth >= 560) return data;
    const room = Math.round(box.clientWidth * 0.5);
    const names = data.yAxis.data.map((name) => wrap(name, room, 12));
    const lines = Math.max(1, ...names.map((name) => name.split("\n").length));
    const axisLabel = { fontSize: 12, lineHeight: 15, interval: 0, formatter: (name) => wrap(name, room, 12) };
    data.yAxis.axisLabel = { ...data.yAxis.axisLabel, ...axisLabel };
    box.style.height = `${Math.max(Number(box.dataset.height), 96 + names.length * (15 * lines + 10))}px`;
    return data;
  };

  // Small multiples: as many panels beside each other as the width allows.
  const layPanels = (data, box) => {
    const perLine = Math.max(1, Math.min(3, Math.floor(box.clientWidth / 208)));
    const lines = Math.ceil(data.grid.length / perLine);
    box.style.height = `${lines * 176}px`;
    data.grid.forEach((grid, index) => {
      const left = (box.clientWidth / perLine) * (index % perLine);
      const top = 176 * Math.floor(index / perLine);
      Object.assign(grid, { left: left + 32, width: box.clientWidth / perLine - 64, top: top + 56, height: 80 });
      Object.assign(data.title[index], { left, top });
    });
    return data;
  };

  const fitted = (figure, box) => {
    const data = speak(option(figure));
    if (figure.dataset.kind === "panels") return layPanels(data, box);
    if (figure.dataset.kind === "map") return keepScale(data, box);
    if (figure.dataset.kind === "network") return placeNetwork(data, box);
    return fitLegend(fitNames(data, box), box);
  };

  const draw = (figure) => {
    const box = figure.querySelector(".chart-canvas");
    drawn.get(figure)?.dispose();
    box.style.display = "block";
    box.style.height = `${box.dataset.height}px`;
    const data = fitted(figure, box); // may change the height of the box, so it comes before the drawing
    const chart = echarts.init(box, theme(), { renderer: "svg" });
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    chart.setOption({ ...data, animation: !still, animationDuration: 400 });
    chart.on("click", ({ data: point }) => point?.url && window.location.assign(point.url)); // a member of a network
    drawn.set(figure, chart);
    figure.querySelector(".chart-downloads").hidden = false;
  };

  const drawAll = (root) => {
    for (const figure of root.querySelectorAll("[data-chart]")) draw(figure);
  };

  const save = (url, figure, ending) => {
    const link = document.createElement("a");
    link.href = url;
    link.download = `${figure.dataset.name || "chart"}.${ending}`;
    link.click();
  };

  const picture = (figure, renderer) => {
    onPaper = true;
    const live = figure.querySelector(".chart-canvas");
    const size = { width: live.clientWidth, height: live.clientHeight };
    const chart = echarts.init(document.createElement("div"), theme(), { renderer, ...size, devicePixelRatio: 2 });
    chart.setOption({ ...fitted(figure, live), animation: false, backgroundColor: colour("--surface") });
    const url = chart.getDataURL({ type: renderer === "svg" ? "svg" : "png", pixelRatio: 2 });
    chart.dispose();
    onPaper = false;
    return url;
  };

  const csv = (figure) => {
    const cell = (node) => {
      const text = node.textContent.trim();
      const isNumber = node.classList.contains("num") && !node.closest("thead");
      const plain = isNumber ? text.replace(/[\s\u00a0\u202f]/g, "") : /^[=+\-@\t\r].+/.test(text) ? `'${text}` : text;
      return /[";\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
    };
    const lines = [...figure.querySelectorAll(".chart-table tr")].map((row) => [...row.cells].map(cell).join(";"));
    return URL.createObjectURL(new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/csv;charset=utf-8" }));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-download]");
    if (!button) return;
    const figure = button.closest("[data-chart]");
    const kind = button.dataset.download;
    save(kind === "csv" ? csv(figure) : picture(figure, kind === "svg" ? "svg" : "canvas"), figure, kind);
  });

  document.addEventListener("DOMContentLoaded", () => drawAll(document));
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) drawAll(event.detail.elt);
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll(document));
  let timer;
  window.addEventListener("resize", () => {
    clearTimeout(timer);
    timer = setTimeout(() => drawAll(document), 200);
  });
})();
