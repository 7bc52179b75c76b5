/** The text form of cells that spreadsheets put on the clipboard: tab separated, quoted where needed. */

export function parseCells(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "",
    quoted = false,
    start = true;
  const body = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let i = 0; i < body.length; i++) {
    const c = body[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (body[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && start && closes(body, i)) {
      quoted = true;
      start = false;
    } else if (c === "\t" || c === "\n") {
      rows[rows.length - 1].push(cell);
      if (c === "\n") rows.push([]);
      cell = "";
      start = true;
    } else {
      cell += c;
      start = false;
    }
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

/** One copied cell fills a whole range; anything else is taken as it is. */
export const spread = (cells: string[][], rows: number, columns: number): string[][] =>
  cells.length === 1 && cells[0].length === 1
    ? Array.from({ length: rows }, () => Array.from({ length: columns }, () => cells[0][0]))
    : cells;

/** The fields a block of cells covers, and the block with every row as wide as they are. */
export function fitted(cells: string[][], fields: string[]): [fields: string[], cells: string[][]] {
  const to = fields.slice(0, Math.max(...cells.map((row) => row.length)));
  return [to, cells.map((row) => to.map((_, i) => row[i] ?? ""))];
}
