// What one instruction set offers, as a table with its name: `kernels` in a file compiled for v3 is tapwise::kernels_v3.
#pragma once

#define TAPWISE_JOINED_(name, isa) name##_##isa
#define TAPWISE_JOINED(name, isa) TAPWISE_JOINED_(name, isa)
#define TAPWISE_TEXT_(isa) #isa
#define TAPWISE_TEXT(isa) TAPWISE_TEXT_(isa)

// At the end of a file, outside of any namespace: a table of this type, and the functions in it.
#define TAPWISE_OFFER(Table, name, ...)                                                          \
    namespace tapwise {                                                                          \
    extern const Table TAPWISE_JOINED(name, TAPWISE_ISA);                                        \
    const Table TAPWISE_JOINED(name, TAPWISE_ISA) = {TAPWISE_TEXT(TAPWISE_ISA), __VA_ARGS__};    \
    }
