// What a shell is told to complete `winsock` by asking it: winsock __complete -- WORDS, whose last word is the one begun.

const BASH = `# winsock completion for bash: source <(winsock completion bash)
_winsock() {
  local word
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do COMPREPLY+=("$word"); done \\
    < <(winsock __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _winsock winsock
`;

const ZSH = `#compdef winsock
# winsock completion for zsh: source <(winsock completion zsh)
_winsock() {
  local -a found
  local word about
  while IFS=$'\\t' read -r word about; do found+=("\${word//:/\\\\:}:$about"); done \\
    < <(winsock __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#found} )) && _describe winsock found || _files
}
compdef _winsock winsock
`;

const FISH = `# winsock completion for fish: winsock completion fish | source
complete -c winsock -f -a '(winsock __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`;

/** The script for each shell. */
export const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;
