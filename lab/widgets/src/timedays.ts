/** Days as whole numbers from 1970-01-01 on, the working calendar, and the ticks of a time axis. No time zone can shift them. */

const MS = 86_400_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Year, month (0 to 11) and day of the month. */
export function ymd(day: number): [number, number, number] {
  const at = new Date(day * MS);
  return [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
}

export const iso = (day: number): string => new Date(day * MS).toISOString().slice(0, 10);
/** 0 is Monday; day 0 was a Thursday. */
const weekday = (day: number): number => (((day + 3) % 7) + 7) % 7;

export class Calendar {
  private readonly off: Set<number>;

  /** `week`: seven digits from Monday on; `off`: further days off. */
  constructor(
    private readonly week: string,
    off: number[],
  ) {
    this.off = new Set(off);
  }

  works(day: number): boolean {
    return this.week[weekday(day)] === "1" && !this.off.has(day);
  }

  /** The nearest working day in a direction, the day itself if it is one. */
  near(day: number, by: 1 | -1): number {
    for (let tries = 0; tries < 400 && !this.works(day); tries++) day += by;
    return day;
  }

  /** Working days from one day to another, both included. */
  count(from: number, to: number): number {
    let found = 0;
    for (let day = from; day <= to; day++) if (this.works(day)) found++;
    return found;
  }

  /** The last of so many working days. */
  last(from: number, length: number): number {
    let day = this.near(from, 1);
    for (let n = 1; n < length; n++) day = this.near(day + 1, 1);
    return day;
  }
}

export interface Tick {
  day: number;
  text: string;
}
interface Band {
  /** Pixels a day from which on it is used. */
  from: number;
  unit: "day" | "week" | "month" | "quarter" | "year";
  text(day: number): string;
}
const month = (day: number): string => MONTHS[ymd(day)[1]];
const year = (day: number): string => String(ymd(day)[0]);
const DAY: Band = { from: 18, unit: "day", text: (d) => String(ymd(d)[2]) };
const WEEK: Band = { from: 4.2, unit: "week", text: (d) => `${ymd(d)[2]} ${month(d)}` };
const MONTH: Band = { from: 1.3, unit: "month", text: month };
const QUARTER: Band = { from: 0.3, unit: "quarter", text: (d) => `Q${Math.floor(ymd(d)[1] / 3) + 1}` };
const YEAR: Band = { from: 0, unit: "year", text: year };
const MONTH_YEAR: Band = { from: 0, unit: "month", text: (d) => `${month(d)} ${year(d)}` };

/** The first day of the unit a day lies in. */
function floor(day: number, unit: Band["unit"]): number {
  if (unit === "day") return day;
  if (unit === "week") return day - weekday(day);
  const [y, m] = ymd(day);
  return Date.UTC(y, unit === "year" ? 0 : unit === "quarter" ? m - (m % 3) : m, 1) / MS;
}

function ticks(first: number, last: number, { unit, text }: Band): Tick[] {
  const step = { day: 1, week: 7, month: 32, quarter: 93, year: 366 }[unit];
  const found: Tick[] = [];
  for (let day = floor(first, unit); day <= last; day = floor(day + step, unit)) found.push({ day, text: text(day) });
  return found;
}

/** Upper and lower line of an axis at so many pixels a day. */
export function axis(first: number, last: number, px: number): [upper: Tick[], lower: Tick[]] {
  const low = [DAY, WEEK, MONTH, QUARTER].find((band) => px >= band.from);
  if (!low) return [[], ticks(first, last, YEAR)];
  return [ticks(first, last, low === DAY || low === WEEK ? MONTH_YEAR : YEAR), ticks(first, last, low)];
}
