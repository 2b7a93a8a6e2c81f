/* Generated from idl/nosana_nodes.json by scripts/build-programs. */
#pragma once
#include "common_errors.h"
static const Error ArchitectureUnknown = {.code = 6000, .text = "ArchitectureUnknown. Error Number: 6000. Error Message: The architecture is not known; pass a number from 0 to 9."};
static const Error CountryCodeUnknown = {.code = 6001, .text = "CountryCodeUnknown. Error Number: 6001. Error Message: The country code is not accepted; pass an ISO 3166-1 numeric code (231 is refused too)."};
static const Error CpuInvalid = {.code = 6002, .text = "CpuInvalid. Error Number: 6002. Error Message: The processor figure is 0; pass 1 or more."};
static const Error GpuInvalid = {.code = 6003, .text = "GpuInvalid. Error Number: 6003. Error Message: The GPU figure is invalid; pass the figure of the host's GPU."};
static const Error MemoryInvalid = {.code = 6004, .text = "MemoryInvalid. Error Number: 6004. Error Message: The memory figure is 0; pass 1 or more."};
static const Error IopsInvalid = {.code = 6005, .text = "IopsInvalid. Error Number: 6005. Error Message: The disk speed is 0; pass 1 or more."};
static const Error StorageInvalid = {.code = 6006, .text = "StorageInvalid. Error Number: 6006. Error Message: The storage figure is 0; pass 1 or more."};
