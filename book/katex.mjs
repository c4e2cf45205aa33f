// One formula a line, as JSON, in; its HTML, or what is wrong with it, out. Pipes, so nothing has to listen or be waited for.
import katex from "katex";
import readline from "node:readline";

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { tex, displayMode } = JSON.parse(line);
  let answer;
  try {
    answer = {
      html: katex.renderToString(tex, {
        displayMode,
        throwOnError: true,
        strict: "error", // what KaTeX only warns of
        trust: ({ command }) => {
          throw new katex.ParseError(`${command} is not for this book`);
        },
      }),
    };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
