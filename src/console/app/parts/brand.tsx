/** A ticket with its notch, as on the public pages. */
export function Mark() {
  return (
    <svg width="32" height="24" viewBox="0 0 32 24" aria-hidden="true" focusable="false">
      <path
        fill="currentColor"
        d="M3 0h26a3 3 0 0 1 3 3v5a4 4 0 0 0 0 8v5a3 3 0 0 1-3 3H3a3 3 0 0 1-3-3v-5a4 4 0 0 0 0-8V3a3 3 0 0 1 3-3Zm7 5v14h2V5Z"
      />
    </svg>
  );
}
