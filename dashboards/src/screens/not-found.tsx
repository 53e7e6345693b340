import { useReader } from "../reader.ts";

export const NotFoundScreen = () => {
  const { words } = useReader();
  return (
    <section class="form">
      <h1>{words.notFound}</h1>
      <p>
        <a href="/">{words.back}</a>
      </p>
    </section>
  );
};
