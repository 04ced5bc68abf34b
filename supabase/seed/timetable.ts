import type { Instrument } from "./academy";
import type { Random } from "./random";
import type { Room } from "./rooms";
import type { Teacher } from "./teachers";

/** A weekly time: weekday (0 is Monday), start and length in minutes from local midnight. */
export type Slot = {
  readonly teacher: Teacher;
  readonly room: Room;
  readonly weekday: number;
  readonly start: number;
  readonly minutes: number;
};

export type Wish = {
  readonly studentId: string;
  readonly familyId: string;
  readonly age: number;
  readonly instrument: Instrument;
  readonly minutes: number;
  /** Only this teacher, by address. */
  readonly teacherEmail?: string;
};

/** Minutes of a cell of the week: starts, lengths and buffers are multiples of it. */
const GRID = 15;
const CELLS_OF_DAY = (24 * 60) / GRID;

const cellOf = (weekday: number, minutes: number): number => weekday * CELLS_OF_DAY + minutes / GRID;

/**
 * The week of a house. A slot is free for the whole year, so that a series never meets another one: neither a
 * teacher (buffers included), nor a room, nor a student is in two places.
 */
export class Timetable {
  /** The cells of the week that are taken, one byte each, by teacher, room and student. */
  readonly #busy = new Map<string, Uint8Array>();
  readonly #taughtMinutes = new Map<string, number>();
  readonly #familyDays = new Map<string, number[]>();
  readonly #roomOfDay = new Map<string, Room>();

  constructor(
    private readonly random: Random,
    readonly teachers: readonly Teacher[],
    private readonly rooms: readonly Room[],
  ) {}

  /** Takes the best free weekly time for a wish; undefined when the week has none. */
  take(wish: Wish): Slot | undefined {
    let best: { slot: Slot; score: number } | undefined;
    for (const teacher of this.teachers) {
      if (wish.teacherEmail && wish.teacherEmail !== teacher.email) continue;
      if (!teaches(teacher, wish.instrument.slug, wish.age)) continue;
      const taught = this.#taughtMinutes.get(teacher.id) ?? 0;
      if (taught + wish.minutes > teacher.capacityMinutes) continue;
      for (const [weekday, from, until] of teacher.facts.hours) {
        for (let start = from * 60; start + wish.minutes <= until * 60; start += 15) {
          const slot = this.#slotAt(teacher, wish, weekday, start);
          if (!slot) continue;
          const score = this.#score(slot, wish, taught / teacher.capacityMinutes, from * 60);
          if (!best || score > best.score) best = { slot, score };
        }
      }
    }
    if (best) this.#reserve(best.slot, wish);
    return best?.slot;
  }

  /** A teacher of the same instrument who is free at this time of the week, if possible within the own hours. */
  substituteFor(slot: Slot, wish: Wish): Teacher | undefined {
    const able = this.teachers.filter(
      (teacher) =>
        teacher.id !== slot.teacher.id &&
        teaches(teacher, wish.instrument.slug, wish.age) &&
        this.#isFree(teacher.id, slot.weekday, slot.start, slot.start + slot.minutes + teacher.bufferMinutes),
    );
    const atWork = able.find((teacher) =>
      teacher.facts.hours.some(
        ([weekday, from, until]) =>
          weekday === slot.weekday && from * 60 <= slot.start && slot.start + slot.minutes <= until * 60,
      ),
    );
    const substitute = atWork ?? able[0];
    if (substitute)
      this.#add(
        substitute.id,
        slot.weekday,
        slot.start,
        slot.start + slot.minutes + substitute.bufferMinutes,
      );
    return substitute;
  }

  #slotAt(teacher: Teacher, wish: Wish, weekday: number, start: number): Slot | undefined {
    const end = start + wish.minutes;
    if (!this.#isFree(teacher.id, weekday, start, end + teacher.bufferMinutes)) return undefined;
    if (!this.#isFree(wish.studentId, weekday, start, end)) return undefined;
    const room = this.#roomFor(teacher, wish.instrument, weekday, start, end);
    return room && { teacher, room, weekday, start, minutes: wish.minutes };
  }

  /** Keeps a teacher in one room on a day, and rooms with more equipment for those who need it. */
  #roomFor(
    teacher: Teacher,
    instrument: Instrument,
    weekday: number,
    start: number,
    end: number,
  ): Room | undefined {
    const used = this.#roomOfDay.get(`${teacher.id} ${weekday}`);
    let best: { room: Room; waste: number } | undefined;
    for (const room of this.rooms) {
      if (instrument.equipment !== null && !room.equipment.includes(instrument.equipment)) continue;
      const waste =
        room.equipment.length +
        (room.equipment.includes("piano") && instrument.equipment !== "piano" ? 2 : 0) -
        (room === used ? 10 : 0);
      if ((!best || waste < best.waste) && this.#isFree(room.id, weekday, start, end)) best = { room, waste };
    }
    return best?.room;
  }

  #score(slot: Slot, wish: Wish, load: number, dayStarts: number): number {
    const busy = this.#busy.get(slot.teacher.id);
    const start = cellOf(slot.weekday, slot.start);
    const touches = busy?.[start - 1] === 1 || busy?.[start + slot.minutes / GRID] === 1;
    const isWithSibling = (this.#familyDays.get(wish.familyId) ?? []).includes(slot.weekday);
    const isFullHour = slot.start % 30 === 0;
    const isAfterSchool = slot.weekday === 5 || slot.start >= 15 * 60 || wish.age > 18;
    return (
      this.random.between(0, 100) / 100 +
      (touches || slot.start === dayStarts ? 0.35 : 0) +
      (isWithSibling ? 0.8 : 0) +
      (isFullHour ? 0.3 : 0) +
      (isAfterSchool ? 0.5 : 0) -
      load
    );
  }

  #reserve(slot: Slot, wish: Wish): void {
    const end = slot.start + slot.minutes;
    this.#add(slot.teacher.id, slot.weekday, slot.start, end + slot.teacher.bufferMinutes);
    this.#add(slot.room.id, slot.weekday, slot.start, end);
    this.#add(wish.studentId, slot.weekday, slot.start, end);
    this.#taughtMinutes.set(slot.teacher.id, (this.#taughtMinutes.get(slot.teacher.id) ?? 0) + slot.minutes);
    this.#familyDays.set(wish.familyId, [...(this.#familyDays.get(wish.familyId) ?? []), slot.weekday]);
    this.#roomOfDay.set(`${slot.teacher.id} ${slot.weekday}`, slot.room);
  }

  #add(id: string, weekday: number, start: number, end: number): void {
    const busy = this.#busy.get(id) ?? new Uint8Array(7 * CELLS_OF_DAY);
    this.#busy.set(id, busy.fill(1, cellOf(weekday, start), cellOf(weekday, end)));
  }

  #isFree(id: string, weekday: number, start: number, end: number): boolean {
    const busy = this.#busy.get(id);
    if (!busy) return true;
    for (let cell = cellOf(weekday, start); cell < cellOf(weekday, end); cell++) {
      if (busy[cell] === 1) return false;
    }
    return true;
  }
}

export function teaches(teacher: Teacher, slug: string, age: number): boolean {
  return teacher.facts.teaches.some(([taught, minimumAge]) => taught === slug && minimumAge <= age);
}
