/* R calls R_init_tropanel when it loads the library; the Rust part does the rest. */
void R_init_tropanel_extendr(void *dll);
void register_extendr_panic_hook(void);

void R_init_tropanel(void *dll) {
    /* A panic becomes an R error; its own message is printed only if EXTENDR_BACKTRACE is 1. */
    register_extendr_panic_hook();
    R_init_tropanel_extendr(dll);
}
