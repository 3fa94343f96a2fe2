# Debian packages of the C library: packaging/debian.

DEB_WORK := $(abspath $(or $(CARGO_TARGET_DIR),target))/deb
DEB_ARCHITECTURE = $(shell dpkg --print-architecture)

.PHONY: deb test-deb

# Built in a copy of what git knows, without the tests and documents. Rust may come from elsewhere than Debian, so that
# what the build needs is not checked (-d).
deb: ## Make the Debian packages libtrop0 and libtrop-dev: dist/deb/*.deb
	@sh make/need.sh dpkg-buildpackage dpkg-dev
	@sh make/need.sh dh debhelper
	rm -rf $(DEB_WORK) dist/deb && mkdir -p $(DEB_WORK)/trop-$(C_VERSION) dist/deb
	git ls-files -z -- . ':!tests' ':!docs' | tar --null --files-from=- --create | tar --extract --directory $(DEB_WORK)/trop-$(C_VERSION)
	cp -R packaging/debian $(DEB_WORK)/trop-$(C_VERSION)/debian
	cd $(DEB_WORK)/trop-$(C_VERSION) && CARGO_TARGET_DIR=$(C_TARGET) dpkg-buildpackage -b -us -uc -d
	cp $(DEB_WORK)/*.deb dist/deb
	@ls -l dist/deb/*.deb

test-deb: deb ## Install the Debian packages, build a program with them, and remove them; as root only
	@sh make/need.sh lintian lintian
	sh tests/install/deb/run.sh $(DEB_WORK)/try dist/deb/*_$(C_VERSION)-*_$(DEB_ARCHITECTURE).deb
