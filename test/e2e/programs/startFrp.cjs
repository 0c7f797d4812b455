// A program that knows nothing of telemetry: starts frps and frpc as it was told, and ends when they have ended.
// biome-ignore lint/style/useNodejsImportProtocol: the bare name is tested here, the prefixed one beside
const { execFile, spawn } = require('child_process');

const [how, folder, cwd] = process.argv.slice(2);

const ways = {
  spawn: (program) => spawn(`${folder}/${program}`, ['-c', `${program}.toml`], { cwd }),
  execFile: (program) => execFile(`${folder}/${program}`, ['-c', `${program}.toml`], { cwd }, () => {}),
  // `exit $?` keeps the shell: it does not become frp, but waits for it
  shell: (program) => spawn('sh', ['-c', `cd '${cwd}'; '${folder}/${program}' -c ${program}.toml; exit $?`]),
};

ways[how]('frps').stdout.resume();
ways[how]('frpc').stdout.resume();
