/** A length of time as a person says it: `48s`, `2m 5s`, `3h 10m`, `4d 2h`. */
export function sayFor(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [d, h, m, s] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (d > 0) return `${d}d ${h}h`;
  if (h > 0) return `${h}h ${m}m`;
  return m > 0 ? `${m}m ${s}s` : `${s}s`;
}

/** `22:04:31`, in the reader's time. */
export const sayTime = (iso: string): string => new Date(iso).toTimeString().slice(0, 8);

/** `2026-11-24 22:04:31 +01:00`, in the reader's time, which it names. */
export function sayDate(iso: string): string {
  const date = new Date(iso);
  const two = (number: number) => String(number).padStart(2, '0');
  const east = -date.getTimezoneOffset();
  const zone = `${east < 0 ? '-' : '+'}${two(Math.floor(Math.abs(east) / 60))}:${two(Math.abs(east) % 60)}`;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${sayTime(iso)} ${east === 0 ? 'UTC' : zone}`;
}
