# fish completion for keydesk-cli. The program itself tells what may follow; what is typed goes to it through a pipe, not as arguments, which
# every program could read. Nothing of its answer is evaluated.

function __keydesk_cli_complete
    set -l before (commandline -opc)
    set -e before[1]
    set -l current (commandline -ct | string collect)
    set -l answer (printf '%s\0' $before "$current" | command keydesk-cli complete fish 2>/dev/null | string split0)
    set -l option (string match -r -- '^--[^=]*=' "$current"; or echo)
    set -l path (string sub -s (math (string length -- "$option") + 1) -- "$current")
    switch "$answer[1]"
        case files
            printf '%s\n' $option(__fish_complete_path $path)
        case folders
            printf '%s\n' $option(__fish_complete_directories $path)
        case command
            set -l words $before[(math (contains -i -- -- $before) + 1)..]
            complete -C (string join -- ' ' (string escape -- $words) "$current" | string collect)
    end
    for word in $answer[2..]
        printf '%s\n' $word
    end
end

complete -c keydesk-cli -f -a '(__keydesk_cli_complete)'
