// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Seal} from "../../src/lib/Seal.sol";
import {Kernel, MetaBlock, Transition, ValidatorUpdate, Vote} from "../../src/lib/Types.sol";
import {Core} from "../../src/origin/Core.sol";
import {CoreConfig, CoreStatus, ICore, Proposal, ProposalState} from "../../src/origin/ICore.sol";
import {IRegistry, ValidatorState} from "../../src/origin/IRegistry.sol";
import {Registry} from "../../src/origin/Registry.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev The core's parameters and its identity (1.1, 1.3, interfaces 0.5).
contract CoreSetupTest is OriginFixture {
    function _refuse(bytes32 name, uint256 value, CoreConfig memory config) private {
        vm.expectRevert(abi.encodeWithSelector(ICore.ParameterInvalid.selector, name, value));
        new Core(config, registryConfig, SALT);
    }

    function test_every_bound_of_a_parameter_is_checked() public {
        CoreConfig memory c = coreConfig;
        c.auxiliaryChainId = 0;
        _refuse("auxiliaryChainId", 0, c);
        c.auxiliaryChainId = block.chainid;
        _refuse("auxiliaryChainId", block.chainid, c);
        c.auxiliaryChainId = 1 << 96;
        _refuse("auxiliaryChainId", 1 << 96, c);
        c = _coreConfig();
        c.epoch = 7;
        _refuse("epoch", 7, c);
        c = _coreConfig();
        c.auxiliaryRootNumber = 33;
        _refuse("auxiliaryRootNumber", 33, c);
        c.auxiliaryRootNumber = 0;
        _refuse("auxiliaryRootNumber", 0, c);
        c = _coreConfig();
        c.auxiliaryRootHash = 0;
        _refuse("auxiliaryRootHash", 0, c);
        c = _coreConfig();
        c.originEpoch = 0;
        _refuse("originEpoch", 0, c);
        c.originEpoch = 257;
        _refuse("originEpoch", 257, c);
    }

    function test_every_address_must_be_named() public {
        CoreConfig memory c = coreConfig;
        c.pollingPlace = address(0);
        _refuse("pollingPlace", 0, c);
        c.pollingPlace = address(1);
        c.history = address(0);
        _refuse("history", 0, c);
        c.history = address(1);
        c.registry = address(0);
        _refuse("registry", 0, c);
        c.registry = address(1);
        c.stakeToken = address(0);
        _refuse("stakeToken", 0, c);
    }

    function test_every_bound_of_times_and_bonds_is_checked() public {
        CoreConfig memory c = coreConfig;
        c.gasStep = 0;
        _refuse("gasStep", 0, c);
        c.gasStep = 1;
        c.challengePeriod = 0;
        _refuse("challengePeriod", 0, c);
        c.challengePeriod = 1 << 32;
        _refuse("challengePeriod", 1 << 32, c);
        c.challengePeriod = 3;
        c.proposalBond = 0;
        _refuse("proposalBond", 0, c);
        c.proposalBond = 1;
        c.haltBond = 0;
        _refuse("haltBond", 0, c);
        c.haltBond = 1;
        c.haltWindow = 6;
        _refuse("haltWindow", 6, c);
        c.haltWindow = 1 << 32;
        _refuse("haltWindow", 1 << 32, c);
        c.haltWindow = 7;
        c.haltAfter = 1 << 32;
        _refuse("haltAfter", 1 << 32, c);
        c.haltAfter = 1;
        c.setupGrace = 1 << 32;
        _refuse("setupGrace", 1 << 32, c);
    }

    function test_a_chain_id_of_2_to_the_96_cannot_be_an_origin() public {
        try this.coreIdOf(1 << 96) {
            revert AssertionFailed("a chain id of 97 bits");
        } catch (bytes memory reason) {
            assertEq(reason, abi.encodeWithSelector(MosaicHash.ChainIdTooLarge.selector, 1 << 96));
        }
    }

    function coreIdOf(uint256 chainId) external view returns (bytes32) {
        return MosaicHash.coreId(chainId, address(core));
    }

    function test_the_core_is_identified_by_chain_and_address() public view {
        assertEq(core.originId(), bytes32(bytes12(uint96(block.chainid))));
        assertEq(core.coreId(), bytes32(abi.encodePacked(uint96(block.chainid), address(core))));
        assertEq(core.domainSeparator(), MosaicHash.domain(block.chainid, address(core)));
    }

    function test_the_setup_hash_holds_all_parameters_and_the_salt() public view {
        assertEq(
            core.setupHash(),
            keccak256(abi.encode("MosaicSetup", core.coreId(), coreConfig, registryConfig, SALT))
        );
    }

    function test_creation_publishes_all_parameters() public {
        Core expected = Core(vm.computeCreateAddress(address(this), vm.getNonce(address(this))));
        bytes32 id = MosaicHash.coreId(block.chainid, address(expected));
        bytes32 setup = keccak256(abi.encode("MosaicSetup", id, coreConfig, registryConfig, SALT));
        vm.expectEmit(address(expected));
        emit ICore.CoreCreated(setup, coreConfig, registryConfig, SALT);
        new Core(coreConfig, registryConfig, SALT);
    }

    function test_the_registry_refuses_a_core_that_names_another() public {
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.RegistryMismatch.selector, address(registry), next)
        );
        new Registry(address(core), registryConfig);
    }

    function test_the_registry_refuses_other_parameters_than_the_setup_hash_holds() public {
        coreConfig.registry = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        Core other = new Core(coreConfig, registryConfig, SALT);
        bytes32 promised = keccak256(abi.encode(registryConfig));
        registryConfig.minStake += 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                IRegistry.ConfigMismatch.selector, promised, keccak256(abi.encode(registryConfig))
            )
        );
        new Registry(address(other), registryConfig);
    }
}

/// @dev Opening (4.3, 7.9).
contract CoreOpenTest is OriginFixture {
    function test_opening_records_the_root_and_publishes_the_first_kernel() public {
        _deposit(0, STAKE);
        _deposit(1, 2 * STAKE);
        Kernel memory k1;
        k1.height = 1;
        k1.parent = core.setupHash();
        k1.gasTarget = GAS_STEP;
        k1.updates = new ValidatorUpdate[](2);
        k1.updates[0] = ValidatorUpdate({validator: _signer(0), weight: 100, kind: 0});
        k1.updates[1] = ValidatorUpdate({validator: _signer(1), weight: 200, kind: 0});
        vm.expectEmit(address(core));
        emit ICore.CoreOpened(992, _hashOf(992));
        vm.expectEmit(address(core));
        emit ICore.KernelOpened(1, MosaicHash.hash(k1), k1);
        core.open();
        assertEq(core.openKernel(), MosaicHash.hash(k1));
        assertEq(core.openHeight(), 1);
        assertEq(core.originRootNumber(), 992);
        assertEq(history.known(992), _hashOf(992));
        assertEq(core.committed().originNumber, 992);
        assertEq(core.committed().sourceHeight, ROOT_HEIGHT);
        assertEq(core.committed().dynasty, 0);
        assertEq(core.committedGas(), 0);
        assertEq(core.lastCommitAt(), block.timestamp);
    }

    function test_the_root_is_below_the_block_of_opening() public {
        _deposit(0, STAKE);
        vm.roll(992);
        vm.setBlockhash(984, _hashOf(984));
        core.open();
        assertEq(core.originRootNumber(), 984);
    }

    function test_a_core_opens_once() public {
        _open(1);
        vm.expectRevert(abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Open));
        core.open();
    }

    function test_a_core_does_not_open_within_the_deposit_period() public {
        registryConfig.depositPeriod = 100;
        _deploy();
        _deposit(0, STAKE);
        uint64 until = registry.depositsUntil();
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.DepositPeriodRunning.selector, until));
        core.open();
        vm.warp(until);
        core.open();
    }

    function test_a_core_does_not_open_with_too_few_validators() public {
        registryConfig.minValidators = 3;
        _deploy();
        _deposit(0, STAKE);
        _deposit(1, STAKE);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.TooFewValidators.selector, 2, 3));
        core.open();
        _deposit(2, STAKE);
        core.open();
    }

    function test_a_core_does_not_open_with_too_little_stake() public {
        registryConfig.minStakeTotal = 2 * STAKE;
        _deploy();
        _deposit(0, STAKE);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.TooLittleStake.selector, STAKE, 2 * STAKE));
        core.open();
    }

    function test_a_core_does_not_open_without_weight() public {
        registryConfig.reputation = address(0xdead);
        _deploy();
        _deposit(0, STAKE);
        vm.expectRevert(IRegistry.NoWeight.selector);
        core.open();
    }

    function test_a_core_without_deposits_does_not_open() public {
        registryConfig.minValidators = 0;
        _deploy();
        vm.expectRevert(IRegistry.NoWeight.selector);
        core.open();
    }
}

/// @dev Proposals (4.2).
contract CoreProposeTest is OriginFixture {
    function setUp() public override {
        super.setUp();
        _open(4);
    }

    function _refuse(Transition memory t, uint64 statedHeight, bytes memory reason) private {
        vm.expectRevert(reason);
        core.propose(t, statedHeight, new bytes[](0));
    }

    function test_a_proposal_is_published_and_its_bond_is_held() public {
        Transition memory t = _transition();
        uint64 readyAt = uint64(block.timestamp) + 3;
        bytes32 id = _id(t, 3);
        uint256 before = token.balanceOf(address(this));
        vm.expectEmit(address(core));
        emit ICore.MetaBlockProposed(id, MosaicHash.hash(t), 1, 3, address(this), readyAt, t);
        core.propose(t, 3, new bytes[](0));
        Proposal memory p = core.proposal(id);
        assertEq(p.proposer, address(this));
        assertEq(p.readyAt, readyAt);
        assertEq(p.height, 1);
        assertTrue(p.state == ProposalState.Live);
        assertEq(before - token.balanceOf(address(this)), BOND);
        assertEq(token.balanceOf(address(core)), BOND);
    }

    function test_a_core_that_is_not_open_takes_no_proposal() public {
        Transition memory t = _transition();
        _halt();
        _refuse(t, 3, abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Halted));
    }

    function test_a_transition_of_another_kernel_is_refused() public {
        Transition memory t = _transition();
        t.kernel = keccak256("another");
        _refuse(t, 3, abi.encodeWithSelector(ICore.KernelNotOpen.selector, t.kernel, core.openKernel()));
    }

    function test_the_dynasty_must_grow() public {
        Transition memory t = _transition();
        t.dynasty = 0;
        _refuse(t, 3, abi.encodeWithSelector(ICore.DynastyNotAbove.selector, 0, 0));
        _commitNext();
        t = _transition();
        t.dynasty = 1;
        _refuse(t, 4, abi.encodeWithSelector(ICore.DynastyNotAbove.selector, 1, 1));
    }

    function test_the_gas_must_grow() public {
        Transition memory t = _transition();
        t.gas = 0;
        _refuse(t, 0, abi.encodeWithSelector(ICore.GasNotAbove.selector, 0, 0));
        _commitNext();
        t = _transition();
        t.gas = GAS_STEP;
        _refuse(t, 0, abi.encodeWithSelector(ICore.GasNotAbove.selector, GAS_STEP, GAS_STEP));
    }

    function test_the_observation_must_not_go_back() public {
        Transition memory t = _transition();
        t.originNumber = 991;
        _refuse(t, 3, abi.encodeWithSelector(ICore.OriginNumberBelow.selector, 991, 992));
    }

    function test_the_height_is_stated_from_the_gas_target_on() public {
        Transition memory t = _transition();
        _refuse(
            t, 0, abi.encodeWithSelector(ICore.StatedHeightInvalid.selector, 0, ROOT_HEIGHT, GAS_STEP, GAS_STEP)
        );
        _refuse(
            t,
            ROOT_HEIGHT,
            abi.encodeWithSelector(ICore.StatedHeightInvalid.selector, ROOT_HEIGHT, ROOT_HEIGHT, GAS_STEP, GAS_STEP)
        );
        core.propose(t, ROOT_HEIGHT + 1, new bytes[](0));
    }

    function test_below_the_gas_target_no_height_is_stated() public {
        Transition memory t = _transition();
        t.gas = GAS_STEP - 1;
        _refuse(
            t, 3, abi.encodeWithSelector(ICore.StatedHeightInvalid.selector, 3, ROOT_HEIGHT, GAS_STEP - 1, GAS_STEP)
        );
        core.propose(t, 0, new bytes[](0));
    }

    function test_an_observation_that_the_chain_does_not_know_is_refused() public {
        Transition memory t = _transition();
        t.originHash = keccak256("another");
        _refuse(t, 3, abi.encodeWithSelector(ICore.ObservationUnknown.selector, 992, t.originHash));
    }

    function test_an_observation_in_the_window_needs_no_record() public {
        Transition memory t = _transition();
        (t.originNumber, t.originHash) = (998, _hashOf(998));
        core.propose(t, 3, new bytes[](0));
        assertEq(history.known(998), 0);
    }

    function test_a_transition_is_proposed_once_for_each_stated_height() public {
        Transition memory t = _transition();
        core.propose(t, 3, new bytes[](0));
        _refuse(t, 3, abi.encodeWithSelector(ICore.ProposalKnown.selector, _id(t, 3)));
        core.propose(t, 4, new bytes[](0));
        assertEq(token.balanceOf(address(core)), 2 * BOND);
    }

    function test_a_proposal_without_a_bond_is_refused() public {
        Transition memory t = _transition();
        vm.prank(address(0xbad));
        vm.expectRevert();
        core.propose(t, 3, new bytes[](0));
    }
}

/// @dev Commits (4.3).
contract CoreCommitTest is OriginFixture {
    function setUp() public override {
        super.setUp();
        _open(5);
    }

    function _ready() private returns (Transition memory t, Vote memory link) {
        uint64 height;
        (t, height) = _proposeReady();
        link = _link(t, height);
    }

    function _refuse(Transition memory t, uint64 stated, Vote memory link, bytes memory reason) private {
        bytes memory seal = _seal(link, _all());
        vm.expectRevert(reason);
        core.commit(t, stated, link, seal);
    }

    function test_a_commit_opens_the_next_kernel_and_keeps_the_source() public {
        (Transition memory t, Vote memory link) = _ready();
        bytes32 kernelHash = core.openKernel();
        bytes memory seal = _seal(link, _all());
        Kernel memory k2;
        k2.height = 2;
        k2.parent = MosaicHash.hash(
            MetaBlock({kernel: kernelHash, transition: MosaicHash.hash(t), vote: MosaicHash.hash(link)})
        );
        k2.gasTarget = t.gas + GAS_STEP;
        k2.updates = new ValidatorUpdate[](0);
        bytes32 roll = Seal.roll(1, 0, hex"0000000000000001000000020000000300000004");
        vm.expectEmit(address(core));
        emit ICore.MetaBlockCommitted(1, kernelHash, MosaicHash.hash(t), link, roll, address(this));
        vm.expectEmit(address(core));
        emit ICore.KernelOpened(2, MosaicHash.hash(k2), k2);
        core.commit(t, 3, link, seal);
        assertEq(core.openKernel(), MosaicHash.hash(k2));
        assertEq(core.openHeight(), 2);
        assertEq(core.source(1), link.source);
        assertEq(core.committed().sourceHeight, 3);
        assertEq(core.committed().dynasty, 1);
        assertEq(core.committedGas(), t.gas);
        assertEq(core.gasTarget(), t.gas + GAS_STEP);
        assertEq(registry.roll(1), roll);
    }

    /// An earlier core set its status at the first commit and never set it back: no second meta-block could commit.
    function test_meta_blocks_commit_one_after_another_without_end() public {
        for (uint64 n = 1; n <= 20; ++n) {
            assertEq(core.openHeight(), n);
            _commitNext();
            assertTrue(core.status() == CoreStatus.Open);
            assertEq(core.source(n), keccak256(abi.encode("block of A", ROOT_HEIGHT + n)));
        }
    }

    function test_anyone_may_commit_and_long_after() public {
        (Transition memory t, Vote memory link) = _ready();
        bytes memory seal = _seal(link, _all());
        vm.warp(block.timestamp + 365 days);
        vm.prank(address(0xbeef));
        core.commit(t, 3, link, seal);
        assertEq(core.openHeight(), 2);
    }

    function test_a_core_that_is_not_open_commits_nothing() public {
        (Transition memory t, Vote memory link) = _ready();
        _halt();
        _refuse(t, 3, link, abi.encodeWithSelector(ICore.StatusInvalid.selector, CoreStatus.Halted));
    }

    function test_a_transition_of_an_earlier_kernel_is_refused() public {
        (Transition memory t, Vote memory link) = _ready();
        core.propose(t, 4, new bytes[](0));
        core.commit(t, 3, link, _seal(link, _all()));
        _refuse(t, 4, link, abi.encodeWithSelector(ICore.KernelNotOpen.selector, t.kernel, core.openKernel()));
    }

    function test_a_transition_that_was_not_proposed_is_refused() public {
        Transition memory t = _transition();
        Vote memory link = _link(t, 3);
        _refuse(t, 3, link, abi.encodeWithSelector(ICore.ProposalNotLive.selector, _id(t, 3), ProposalState.None));
        core.propose(t, 3, new bytes[](0));
        _refuse(t, 4, link, abi.encodeWithSelector(ICore.ProposalNotLive.selector, _id(t, 4), ProposalState.None));
    }

    function test_a_proposal_is_not_committed_within_the_challenge_period() public {
        (Transition memory t, Vote memory link) = _ready();
        uint64 readyAt = core.proposal(_id(t, 3)).readyAt;
        vm.warp(readyAt - 1);
        _refuse(t, 3, link, abi.encodeWithSelector(ICore.ProposalNotReady.selector, _id(t, 3), readyAt));
        vm.warp(readyAt);
        core.commit(t, 3, link, _seal(link, _all()));
    }

    function test_a_link_about_another_chain_is_refused() public {
        (Transition memory t, Vote memory link) = _ready();
        link.chain = core.originId();
        _refuse(t, 3, link, abi.encodeWithSelector(ICore.ChainMismatch.selector, link.chain, core.coreId()));
    }

    function test_a_link_of_another_transition_is_refused() public {
        (Transition memory t, Vote memory link) = _ready();
        link.transition = keccak256("another");
        _refuse(
            t,
            3,
            link,
            abi.encodeWithSelector(ICore.TransitionMismatch.selector, link.transition, MosaicHash.hash(t))
        );
    }

    function test_a_link_that_skips_a_height_does_not_finalise() public {
        (Transition memory t, Vote memory link) = _ready();
        link.targetHeight = 5;
        _refuse(t, 3, link, abi.encodeWithSelector(ICore.LinkNotFinalising.selector, 3, 5));
        link.targetHeight = 3;
        _refuse(t, 3, link, abi.encodeWithSelector(ICore.LinkNotFinalising.selector, 3, 3));
        link.targetHeight = 0;
        link.sourceHeight = type(uint64).max;
        _refuse(t, 3, link, abi.encodeWithSelector(ICore.LinkNotFinalising.selector, link.sourceHeight, 0));
    }

    function test_a_source_that_is_not_above_the_committed_one_is_refused() public {
        (Transition memory t,) = _ready();
        Vote memory link = _link(t, ROOT_HEIGHT);
        _refuse(t, 3, link, abi.encodeWithSelector(ICore.SourceHeightNotAbove.selector, ROOT_HEIGHT, ROOT_HEIGHT));
    }

    function test_a_source_at_another_height_than_stated_is_refused() public {
        (Transition memory t,) = _ready();
        Vote memory link = _link(t, 4);
        _refuse(t, 3, link, abi.encodeWithSelector(ICore.StatedHeightMismatch.selector, 4, 3));
    }

    function test_below_the_gas_target_any_higher_source_commits() public {
        Transition memory t = _transition();
        t.gas = GAS_STEP - 1;
        core.propose(t, 0, new bytes[](0));
        vm.warp(block.timestamp + 3);
        Vote memory link = _link(t, 9);
        core.commit(t, 0, link, _seal(link, _all()));
        assertEq(core.committed().sourceHeight, 9);
    }

    /// floor(2 * 5 / 3) = 3 let 3 of 5 commit in an earlier implementation.
    function test_three_of_five_validators_cannot_commit() public {
        (Transition memory t, Vote memory link) = _ready();
        bytes memory seal = _seal(link, _first(3));
        vm.expectRevert(abi.encodeWithSelector(ICore.QuorumMissing.selector, 300, 500, 300, 500));
        core.commit(t, 3, link, seal);
        core.commit(t, 3, link, _seal(link, _first(4)));
    }

    function test_an_empty_seal_cannot_commit() public {
        (Transition memory t, Vote memory link) = _ready();
        vm.expectRevert(abi.encodeWithSelector(ICore.QuorumMissing.selector, 0, 500, 0, 500));
        core.commit(t, 3, link, hex"00");
    }

    function test_a_majority_of_the_new_set_alone_cannot_commit() public {
        // Validator 5 joins with K_2 and outweighs the five founders; F(1) does not count it.
        _deposit(5, 100 * STAKE);
        _commitNext();
        (Transition memory t, Vote memory link) = _ready();
        uint32[] memory joiner = new uint32[](1);
        joiner[0] = 5;
        bytes memory seal = _seal(link, joiner);
        vm.expectRevert(abi.encodeWithSelector(ICore.QuorumMissing.selector, 10_000, 10_500, 0, 500));
        core.commit(t, 4, link, seal);
        bytes memory old = _seal(link, _first(5));
        vm.expectRevert(abi.encodeWithSelector(ICore.QuorumMissing.selector, 500, 10_500, 500, 500));
        core.commit(t, 4, link, old);
        core.commit(t, 4, link, _seal(link, _all()));
    }

    function test_a_seal_over_another_core_does_not_count() public {
        (Transition memory t, Vote memory link) = _ready();
        bytes32 foreign = MosaicHash.digest(MosaicHash.domain(block.chainid, address(1)), MosaicHash.hash(link));
        bytes memory seal = bytes.concat(hex"00", _record(0, foreign));
        vm.expectPartialRevert(IRegistry.SealSignatureInvalid.selector);
        core.commit(t, 3, link, seal);
    }

    function test_sources_of_the_last_eight_meta_blocks_are_kept() public {
        vm.expectRevert(abi.encodeWithSelector(ICore.SourceNotKept.selector, 1, 1));
        core.source(1);
        for (uint256 i = 0; i < 10; ++i) {
            _commitNext();
        }
        vm.expectRevert(abi.encodeWithSelector(ICore.SourceNotKept.selector, 0, 11));
        core.source(0);
        vm.expectRevert(abi.encodeWithSelector(ICore.SourceNotKept.selector, 2, 11));
        core.source(2);
        vm.expectRevert(abi.encodeWithSelector(ICore.SourceNotKept.selector, 11, 11));
        core.source(11);
        for (uint64 k = 3; k <= 10; ++k) {
            assertEq(core.source(k), keccak256(abi.encode("block of A", ROOT_HEIGHT + k)));
        }
    }
}
