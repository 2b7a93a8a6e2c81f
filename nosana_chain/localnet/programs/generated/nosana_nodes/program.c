/* Generated from idl/nosana_nodes.json by scripts/build-programs. */
#include "anchor/entrypoint.h"
#include "nodes/register.c"
#include "nodes/audit.c"
#include "nodes/update.c"

static u64 dispatch(Context *context, u64 discriminator) {
    switch (discriminator) {
        case nodes_register_discriminator:
            LOG("Instruction: Register");
            return nodes_register(context);
        case nodes_audit_discriminator:
            LOG("Instruction: Audit");
            return nodes_audit(context);
        case nodes_update_discriminator:
            LOG("Instruction: Update");
            return nodes_update(context);
        case EVENT_TAG:
            return occurred(&EventInstructionStub);
        default:
            return occurred(&InstructionFallbackNotFound);
    }
}
