/** What follows from a value that never changes, such as a record that was read: made when it is first asked for, and kept as long as the value is. */
export function derived<K extends object, V>(make: (from: K) => V): (from: K) => V {
  const known = new WeakMap<K, V>();
  return (from) => {
    if (known.has(from)) return known.get(from) as V;
    const made = make(from);
    known.set(from, made);
    return made;
  };
}
