# bash completion for keydesk-cli. The program itself tells what may follow; what is typed goes to it through a pipe, not as arguments, which
# every program could read. Nothing of its answer is evaluated: the words come quoted.

_keydesk_cli() {
  local rest at
  { IFS= read -r rest && mapfile -t COMPREPLY; } < <(
    printf '%s\0' "${COMP_LINE:0:COMP_POINT}" "$2" | command keydesk-cli complete bash 2>/dev/null)
  case $rest in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
    command)
      for ((at = 1; at < COMP_CWORD; ++at)); do
        [[ ${COMP_WORDS[at]} != -- ]] || break
      done
      if declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset $((at + 1))
      elif declare -F _command_offset >/dev/null; then
        _command_offset $((at + 1))
      else
        compopt -o default
        ((COMP_CWORD > at + 1)) || mapfile -t COMPREPLY < <(compgen -c -- "$2")
      fi
      ;;
  esac
}

complete -F _keydesk_cli keydesk-cli
