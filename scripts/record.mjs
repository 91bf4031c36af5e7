#!/usr/bin/env node
// Frames of a terminal (tmux capture-pane -e) as one animated SVG on standard output.
// usage: scripts/record.mjs FOLDER
import fs from 'node:fs';
import path from 'node:path';

const [folder] = process.argv.slice(2);
const COLUMNS = 100;
const CELL = 8.4;
const LINE = 18;
const PALETTE = ['#7d8590', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#e6edf3'];
const PLAIN = { colour: '#e6edf3', bold: false, dim: false };

// The state after one SGR sequence ("1;32").
function styled(state, codes) {
  let next = { ...state };
  for (const code of (codes || '0').split(';').map(Number)) {
    if (code === 0) next = { ...PLAIN };
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 39) next.colour = PLAIN.colour;
    else if (code >= 30 && code <= 37) next.colour = PALETTE[code - 30];
    else if (code >= 90 && code <= 97) next.colour = PALETTE[code - 90];
  }
  return next;
}

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function span(text, state, column) {
  const weight = state.bold ? ' font-weight="bold"' : '';
  const opacity = state.dim ? ' opacity=".6"' : '';
  return `<tspan x="${(column * CELL).toFixed(1)}" fill="${state.colour}"${weight}${opacity}>${escape(text)}</tspan>`;
}

// One line as spans; each starts at its own column, so that a font's widths do not add up.
function line(text, row) {
  let state = PLAIN;
  let column = 0;
  let spans = '';
  for (const part of text.split(/(\x1b\[[0-9;]*m)/)) {
    const sequence = /^\x1b\[([0-9;]*)m$/.exec(part);
    if (sequence) state = styled(state, sequence[1]);
    else if (part !== '') {
      if (part.trim() !== '') spans += span(part, state, column);
      column += [...part].length;
    }
  }
  return spans === '' ? '' : `<text y="${(row + 1) * LINE}" xml:space="preserve">${spans}</text>`;
}

const screens = fs.readdirSync(folder).sort().map((name) => fs.readFileSync(path.join(folder, name), 'utf8').trimEnd());
const rows = Math.max(...screens.map((screen) => screen.split('\n').length));
const width = COLUMNS * CELL + 24;
const height = rows * LINE + 28;
const share = 100 / screens.length;

console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="mosaic demo, recorded">`);
console.log(`<style>text{font:14px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}`);
console.log(`.f{visibility:hidden;animation:f ${screens.length}s step-end infinite}`);
console.log(`@keyframes f{0%{visibility:visible}${share.toFixed(3)}%{visibility:hidden}}</style>`);
console.log(`<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`);
screens.forEach((screen, at) => {
  const body = screen.split('\n').map(line).join('');
  console.log(`<g class="f" style="animation-delay:${at - screens.length}s" transform="translate(12,8)">${body}</g>`);
});
console.log('</svg>');
