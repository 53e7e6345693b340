import type { Tools } from "./tools.ts";

/** Step 1: nothing that is measured later is worth more than where the sensor hangs. */
export const Placement = ({ tools: { words } }: { readonly tools: Tools }) => (
  <ul class="checks">
    {words.placeRules.map((rule) => (
      <li key={rule}>
        <label class="tick">
          <input type="checkbox" />
          {rule}
        </label>
      </li>
    ))}
  </ul>
);
