<?php
/**
 * Leaves nothing behind.
 *
 * @package WidgetServer
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

delete_option( 'widget_server' );
