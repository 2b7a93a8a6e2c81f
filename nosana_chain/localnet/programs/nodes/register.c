/* register: a host describes its machine; once for each wallet, since a node account can't be closed. */
#include "nodes/nodes.h"

INSTRUCTION(nodes_register,
    INIT_PDA(node, NodeAccount, payer, LABEL("node"), KEY(authority)),
    ACCOUNT(payer, Signer),
    ACCOUNT(authority, Signer),
    ACCOUNT(system_program, SystemProgram))
{
    node->authority = authority->info.key;
    return describe(node, args);
}
