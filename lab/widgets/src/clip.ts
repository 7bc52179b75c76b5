/** The text form of cells that spreadsheets put on the clipboard: tab separated, quoted where needed. */

export function parseCells(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "", quoted = false, start = true;
  const body = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let i = 0; i < body.length; i++) {
    const c = body[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (body[i + 1] === '"') { cell += '"'; i++; }
      else quoted = false;
    } else if (c === '"' && start && closes(body, i)) { quoted = true; start = false; }
    else if (c === "\t" || c === "\n") {
      rows[rows.length - 1].push(cell);
      if (c === "\n") rows.push([]);
      cell = "";
      start = true;
    } else { cell += c; start = false; }
  }
  rows[rows.length - 1].push(cell);
  return rows;
}

/** A quote at the start of a cell opens a quoted cell only if a matching quote ends one. */
function closes(text: string, from: number): boolean {
  const whole = /"(?:[^"]|"")*"(?:\t|\n|$)/y;
  whole.lastIndex = from;
  return whole.test(text);
}

export const formatCells = (rows: string[][]): string =>
  rows.map((row) => row.map((c) => (/[\t\n"]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join("\t")).join("\n");
