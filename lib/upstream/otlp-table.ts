/** Values by index, in order of first use. */
import "server-only";

export type Table<T> = {
  /** The index of an equal primitive or the same object, made where there is none. */
  readonly indexOf: (value: T) => number;
  readonly all: () => readonly T[];
};

export function createTable<T>(): Table<T> {
  const indexes = new Map<T, number>();
  const values: T[] = [];
  return {
    indexOf: (value) => {
      const known = indexes.get(value);
      if (known !== undefined) return known;
      indexes.set(value, values.length);
      values.push(value);
      return values.length - 1;
    },
    all: () => values,
  };
}
